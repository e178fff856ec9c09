"""Uploads in a folder: one file each, apart per organization, until a call has used them."""

import asyncio
import contextlib
import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

from morello.kernel.errors import NotFound, Unavailable
from morello.kernel.ids import new_id
from morello.kernel.protocols.uploads import Upload
from morello.kernel.values import Blob
from morello.storage.disk import is_disk_full


class FolderUploads:
    """Implements `kernel.protocols.uploads.Uploads`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(
        self,
        organization_id: uuid.UUID,
        chunks: AsyncIterator[bytes],
        *,
        name: str,
        media_type: str,
    ) -> Upload:
        """Take in bytes as they come."""
        upload = new_id()
        folder = self._folder(organization_id, upload)
        try:
            path = await asyncio.to_thread(_made, folder, name)
            with await asyncio.to_thread(path.open, "wb") as stream:
                async for chunk in chunks:
                    await asyncio.to_thread(stream.write, chunk)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if is_disk_full(error):
                raise Unavailable("disk_full") from error
            raise
        return Upload(upload, Blob.from_path(path, media_type))

    async def get(self, organization_id: uuid.UUID, upload: uuid.UUID) -> Blob:
        """Return an upload."""
        with contextlib.suppress(OSError):
            for path in self._folder(organization_id, upload).iterdir():
                return Blob.from_path(path)
        raise NotFound("rest.upload", upload=str(upload))

    async def remove(self, organization_id: uuid.UUID, upload: uuid.UUID) -> None:
        """Forget an upload."""
        folder = self._folder(organization_id, upload)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _folder(self, organization_id: uuid.UUID, upload: uuid.UUID) -> Path:
        return self._root / str(organization_id) / str(upload)


def _made(folder: Path, name: str) -> Path:
    folder.mkdir(mode=0o700, parents=True)
    return folder / name
