"""Bytes with a name."""

import base64
import contextlib
import hashlib
import io
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any, BinaryIO, Self

from pydantic import (
    BaseModel,
    Field,
    PrivateAttr,
    SerializationInfo,
    model_serializer,
    model_validator,
)

from morello.kernel.limits import BLOB_INLINE_BYTES_MAX, NAME_LENGTH_MAX

DIGESTS_ONLY = "digests only"
"""Serialization context in which a blob is its name, size and SHA-256, never its bytes."""


class Blob(BaseModel):
    """Bytes with a name: an uploaded file, a report.

    From outside it is `{"name": ..., "text": ...}` or `{"name": ..., "base64": ...}`; only our own
    code can make one of a path, so no input can name a file of this machine.
    """

    name: str = Field(description="File name, with its extension.", max_length=NAME_LENGTH_MAX)
    media_type: str = "application/octet-stream"
    _path: Path | None = PrivateAttr(default=None)
    _content: bytes = PrivateAttr(default=b"")
    _sha256: str | None = PrivateAttr(default=None)

    @model_validator(mode="wrap")
    @classmethod
    def _with_content(cls, value: Any, handler: Any) -> Self:
        if isinstance(value, cls):
            return value
        if not isinstance(value, dict):
            return handler(value)  # type: ignore[no-any-return] # pydantic leaves it untyped
        fields: dict[str, Any] = {**value}
        text, encoded = fields.pop("text", None), fields.pop("base64", None)
        if not isinstance(text, str | None) or not isinstance(encoded, str | None):
            raise ValueError("text and base64 are texts")  # noqa: TRY004 - pydantic wants this one
        content = text.encode() if text is not None else base64.b64decode(encoded or "")
        if len(content) > BLOB_INLINE_BYTES_MAX:
            raise ValueError(f"more than {BLOB_INLINE_BYTES_MAX} bytes inline; upload it instead")
        blob: Self = handler(fields)
        blob._content = content
        return blob

    @model_serializer(mode="wrap")
    def _to_plain(self, handler: Any, info: SerializationInfo) -> dict[str, Any]:
        fields: dict[str, Any] = handler(self)
        if self._path is not None or info.context == DIGESTS_ONLY:
            try:
                return {**fields, "size": self.size, "sha256": self.sha256}
            except OSError:  # gone, a folder, not ours to read: whoever opens it will say so
                return {**fields, "size": None, "sha256": None}
        return {**fields, "base64": base64.b64encode(self._content).decode()}

    @classmethod
    def from_path(
        cls,
        path: Path,
        media_type: str = "application/octet-stream",
        *,
        name: str = "",
        sha256: str | None = None,
    ) -> Self:
        """Refer to a file of this machine, for doors that run beside it.

        It has another `name` than there where the path is ours, and the `sha256` if it is known.
        """
        blob = cls(name=name or path.name, media_type=media_type)
        blob._path, blob._sha256 = path, sha256
        return blob

    @classmethod
    def of(cls, name: str, content: bytes, media_type: str) -> Self:
        """Hold bytes in memory."""
        blob = cls(name=name, media_type=media_type)
        blob._content = content
        return blob

    @property
    def path(self) -> Path | None:
        """Where the bytes lie on this machine, if they do."""
        return self._path

    @property
    def size(self) -> int:
        """Bytes."""
        return self._path.stat().st_size if self._path else len(self._content)

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes; read once and kept."""
        if self._sha256 is None:
            with self.open() as stream:
                digest = hashlib.file_digest(stream, "sha256")  # type: ignore[arg-type] # it reads
                self._sha256 = digest.hexdigest()
        return self._sha256

    def open(self) -> BinaryIO:
        """Open the bytes for reading."""
        return self._path.open("rb") if self._path else io.BytesIO(self._content)

    @contextlib.contextmanager
    def on_disk(self) -> Generator[Path]:
        """Give a path to read the bytes from, for as long as the block lasts."""
        if self._path is not None:
            yield self._path
            return
        with tempfile.TemporaryDirectory(prefix="morello-") as folder:
            path = Path(folder) / (Path(self.name).name or "blob")
            path.write_bytes(self._content)
            yield path
