"""Files that came from outside: one folder per organization, until a call has used them.

    objects/<organization>/<id>/content.csv    the bytes
                                about.json     name, media type, digest

Names from outside are kept in `about.json` and never part of a path, but for a plain extension.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from morello.kernel.clock import Clock, SystemClock
from morello.kernel.errors import NotFound, TooLarge, Unavailable
from morello.kernel.ids import new_id
from morello.kernel.protocols.uploads import Upload
from morello.kernel.values import Blob
from morello.storage.disk import is_disk_full

_WRITE_BYTES = 1 << 20
"""What is written at once: smaller chunks are gathered, so that few threads are troubled."""
_ABOUT = "about.json"
_PART = ".part"
_EXTENSION = re.compile(r"(\.[A-Za-z0-9]{1,8}){1,2}$")


class FolderObjects:
    """Implements `kernel.protocols.uploads.Uploads`."""

    def __init__(self, root: Path, bytes_max: int, clock: Clock | None = None) -> None:
        self._root = root
        self._bytes_max = bytes_max
        self._clock = clock or SystemClock()

    async def put(
        self,
        organization_id: uuid.UUID,
        chunks: AsyncIterator[bytes],
        *,
        name: str,
        media_type: str,
    ) -> Upload:
        """Take in bytes as they come; they are on the disk when this returns, or not at all.

        Raises TooLarge beyond the limit, Unavailable when the disk is full, and what `chunks` does.
        """
        made = new_id()
        folder = self._folder(organization_id, made)
        part = folder.with_name(folder.name + _PART)
        extension = _EXTENSION.search(name)
        content = f"content{extension[0] if extension else ''}"
        try:
            stream = await asyncio.to_thread(_begin, part, content)
            with stream:
                digest = await self._write(stream, chunks)
                await asyncio.to_thread(_finish, stream)
            about = {"name": name, "media_type": media_type, "sha256": digest}
            await asyncio.to_thread(_keep, part, folder, about)
        except BaseException as error:
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, part, ignore_errors=True))
            if is_disk_full(error):
                raise Unavailable("objects_full") from error
            raise
        return Upload(made, _blob(folder / content, about))

    async def get(self, organization_id: uuid.UUID, upload: uuid.UUID) -> Blob:
        """Return what was taken in. Raises NotFound, also for another organization's."""
        folder = self._folder(organization_id, upload)
        with contextlib.suppress(OSError):
            return await asyncio.to_thread(_found, folder)
        raise NotFound("object", id=str(upload))

    async def remove(self, organization_id: uuid.UUID, upload: uuid.UUID) -> None:
        """Forget what was taken in; nothing to do when it is not there."""
        folder = self._folder(organization_id, upload)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def sweep(self, older_than_s: float) -> int:
        """Remove what nobody removed, and halves that a crash left; return how many."""
        before_s = self._clock.now().timestamp() - older_than_s
        return await asyncio.to_thread(_sweep, self._root, before_s)

    async def _write(self, stream: BinaryIO, chunks: AsyncIterator[bytes]) -> str:
        digest, size, gathered = hashlib.sha256(), 0, bytearray()
        async for chunk in chunks:
            size += len(chunk)
            if size > self._bytes_max:
                raise TooLarge("object", limit_bytes=self._bytes_max)
            gathered += chunk
            if len(gathered) >= _WRITE_BYTES:
                await asyncio.to_thread(_add, stream, digest, gathered)
                gathered.clear()
        await asyncio.to_thread(_add, stream, digest, gathered)
        return digest.hexdigest()

    def _folder(self, organization_id: uuid.UUID, upload: uuid.UUID) -> Path:
        return self._root / str(organization_id) / str(upload)


def _begin(part: Path, content: str) -> BinaryIO:
    part.parents[1].mkdir(mode=0o700, parents=True, exist_ok=True)
    part.parent.mkdir(mode=0o700, exist_ok=True)
    part.mkdir(mode=0o700)
    return (part / content).open("xb")


def _add(stream: BinaryIO, digest: "hashlib._Hash", gathered: bytearray) -> None:
    stream.write(gathered)
    digest.update(gathered)


def _finish(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _keep(part: Path, folder: Path, about: dict[str, str]) -> None:
    """Let it be found, whole: the folder gets its name once everything in it is on the disk."""
    with (part / _ABOUT).open("x", encoding="utf-8") as stream:
        json.dump(about, stream)
        stream.flush()
        os.fsync(stream.fileno())
    part.rename(folder)
    for each in (folder, folder.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _found(folder: Path) -> Blob:
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    return _blob(next(folder.glob("content*")), about)


def _blob(path: Path, about: dict[str, str]) -> Blob:
    return Blob.from_path(path, about["media_type"], name=about["name"], sha256=about["sha256"])


def _sweep(root: Path, before_s: float) -> int:
    removed = 0
    for each in root.glob("*/*"):
        with contextlib.suppress(OSError):  # somebody else removed it
            if each.stat().st_mtime < before_s:
                shutil.rmtree(each)
                removed += 1
    return removed
