"""What a job takes in and gives out, sealed under its organization's key; files stay files.

An upload may be removed as soon as its call was answered, so a job holds a link of its own to it.
"""

import dataclasses
import json
import os
import secrets
import shutil
import uuid
import zlib
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

from morello.kernel.clock import Clock, SystemClock
from morello.kernel.errors import NotFound, TooLarge
from morello.kernel.values import Blob
from morello.storage.keys import Keys

_PURPOSE = "jobs"
_NONCE_BYTES = 12
_FILES = "files"
_INPUT = "input"
OUTPUT_BYTES_MAX = 64 << 20
"""Largest output that is kept; what is larger belongs in a dataset."""
FILE_KEPT_S = 7 * 86_400
"""How long a file waits for somebody to retry the job that failed with it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Parcels:
    """Packs and unpacks."""

    keys: Keys
    folder: Path
    """Where files of jobs lie, apart per organization."""
    clock: Clock = dataclasses.field(default_factory=SystemClock)

    async def pack(self, organization_id: uuid.UUID, job: uuid.UUID, request: BaseModel) -> bytes:
        """Seal an input, taking hold of the files that it names."""
        fields = request.model_dump(mode="json")
        files = {name: value for name, value in request if isinstance(value, Blob) and value.path}
        for name, blob in files.items():
            assert blob.path is not None, "it was chosen for its path"
            _link(blob.path, self._file(organization_id, job, name))
            fields.pop(name)
        held = {name: [blob.name, blob.media_type] for name, blob in files.items()}
        plain = json.dumps({_INPUT: fields, _FILES: held}).encode()
        return await self.seal(organization_id, job, plain)

    async def unpack(
        self, organization_id: uuid.UUID, job: uuid.UUID, sealed: bytes
    ) -> dict[str, Any]:
        """Return the input, ready for the tool. Raises NotFound when its files are gone."""
        packed = json.loads(await self.open(organization_id, job, sealed))
        fields: dict[str, Any] = packed[_INPUT]
        for name, (file, media_type) in packed[_FILES].items():
            path = self._file(organization_id, job, name)
            if not path.exists():
                raise NotFound("job_file", job=str(job), name=file)
            blob = Blob.from_path(path, media_type)
            fields[name] = blob.model_copy(update={"name": file})
        return fields

    async def repack(
        self, organization_id: uuid.UUID, old: uuid.UUID, new: uuid.UUID, sealed: bytes
    ) -> bytes:
        """Seal the input of one job for another. Raises NotFound when its files are gone."""
        plain = await self.open(organization_id, old, sealed)
        for name in json.loads(plain)[_FILES]:
            path = self._file(organization_id, old, name)
            if not path.exists():
                raise NotFound("job_file", job=str(old), name=name)
            _link(path, self._file(organization_id, new, name))
        return await self.seal(organization_id, new, plain)

    def forget(self, organization_id: uuid.UUID, job: uuid.UUID) -> None:
        """Remove the files of a job that needs them no more, and those nobody asked for again."""
        folder = self.folder / organization_id.hex
        if not folder.is_dir():
            return
        oldest_s = self.clock.now().timestamp() - FILE_KEPT_S
        for path in folder.iterdir():
            if path.name.startswith(job.hex) or path.stat().st_ctime < oldest_s:
                path.unlink(missing_ok=True)

    async def seal(self, organization_id: uuid.UUID, job: uuid.UUID, plain: bytes) -> bytes:
        """Encrypt for one job of one organization (AES-256-GCM). Raises TooLarge."""
        if len(plain) > OUTPUT_BYTES_MAX:
            raise TooLarge("job", bytes_max=OUTPUT_BYTES_MAX)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = AESGCM(await self.keys.derive(organization_id, _PURPOSE))
        return nonce + cipher.encrypt(nonce, zlib.compress(plain, 1), job.bytes)

    async def open(self, organization_id: uuid.UUID, job: uuid.UUID, sealed: bytes) -> bytes:
        """Decrypt what was sealed for the same job of the same organization."""
        cipher = AESGCM(await self.keys.derive(organization_id, _PURPOSE))
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return zlib.decompress(cipher.decrypt(nonce, text, job.bytes))

    def _file(self, organization_id: uuid.UUID, job: uuid.UUID, name: str) -> Path:
        return self.folder / organization_id.hex / f"{job.hex}-{name}"


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)
