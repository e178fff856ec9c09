"""Files that come with a request: bytes of a body, parts of a form, uploads made before."""

import dataclasses
import mimetypes
import re
import uuid
from collections.abc import AsyncIterator, Mapping
from email.message import Message
from typing import Any, Self

from morello.doors.rest.asked import Asked
from morello.doors.rest.input.fields import Fields
from morello.kernel.errors import InvalidInput, NotFound
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.protocols.uploads import Uploads
from morello.kernel.values import Blob

_SUFFIXES = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/x-ndjson": ".ndjson",
    "application/vnd.apache.parquet": ".parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/gzip": ".gz",
    "application/zstd": ".zst",
}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]")
_UPLOAD = {"upload"}


@dataclasses.dataclass(slots=True)
class Taken:
    """The files of one request. What was taken in only for it goes when it is answered."""

    uploads: Uploads
    organization_id: uuid.UUID
    own: list[uuid.UUID] = dataclasses.field(default_factory=list)

    async def take(self, chunks: AsyncIterator[bytes], *, name: str, media_type: str) -> Blob:
        """Take in bytes as they come."""
        upload = await self.uploads.put(
            self.organization_id, chunks, name=name, media_type=media_type
        )
        self.own.append(upload.id)
        return upload.blob

    async def resolve(self, given: dict[str, Any], fields: Fields) -> None:
        """Replace `{"upload": id}` by the upload it names. Raises NotFound, also for others'."""
        for name, several in fields.files.items():
            value = given.get(name)
            if several and isinstance(value, list):
                given[name] = [await self._resolved(each) for each in value]
            elif value is not None:
                given[name] = await self._resolved(value)

    async def _resolved(self, value: Any) -> Any:
        if not isinstance(value, Mapping) or set(value) != _UPLOAD:
            return value
        try:
            upload = uuid.UUID(str(value["upload"]))
        except ValueError:
            raise NotFound("rest.upload", upload=str(value["upload"])[:100]) from None
        return await self.uploads.get(self.organization_id, upload)

    async def __aenter__(self) -> Self:
        """Begin the block at whose end they go."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Forget what was taken in for this request only."""
        for each in self.own:
            await self.uploads.remove(self.organization_id, each)

    def passed_on(self) -> Self:
        """Leave them to somebody who needs them for longer."""
        others = dataclasses.replace(self)
        self.own = []
        return others


def media_type(asked: Asked) -> str:
    """Return the media type of a body, in lower case and without parameters."""
    return asked.header(b"content-type").partition(";")[0].strip().lower()


def name_of(asked: Asked, *, exact: str | None = None, dataset: object = None) -> str:
    """Return a body's file name: the exact one, the one it was sent with, or one that is made up.

    It is made of what the dataset shall be called and the body's type. Raises InvalidInput for a
    name that is too long.
    """
    disposition = Message()
    disposition["content-disposition"] = asked.header(b"content-disposition")
    name = exact or disposition.get_filename()
    if not name:
        kind = media_type(asked)
        suffix = _SUFFIXES.get(kind) or mimetypes.guess_extension(kind) or ""
        name = f"{dataset if isinstance(dataset, str) and dataset else 'upload'}{suffix}"
    return harmless(name)


def harmless(name: str) -> str:
    """Return a file name without folders or control characters. Raises InvalidInput."""
    bare = _UNSAFE.sub(" ", re.split(r"[/\\]", name)[-1]).strip() or "upload"
    if len(bare) > NAME_LENGTH_MAX:
        raise InvalidInput("rest.file_name", length_max=NAME_LENGTH_MAX)
    return bare
