"""Files on their way to a server: their bytes go ahead, the input names where they are."""

import contextlib
import urllib.parse
from collections.abc import AsyncGenerator
from typing import Any

from pydantic import BaseModel

from morello.doors.cli.remote.connection import Connection
from morello.kernel.cancellation import Cancellation
from morello.kernel.values import Blob

_UPLOADS = "/api/uploads"
_CHUNK_BYTES = 1 << 20
_INLINE_BYTES_MAX = 64 << 10
"""Smaller files go along with the input; one request is quicker than two."""


async def uploaded(
    given: BaseModel | dict[str, Any], connection: Connection, cancellation: Cancellation
) -> dict[str, Any]:
    """Return an input in plain JSON values, having sent the larger files in it."""
    fields = dict(given) if isinstance(given, BaseModel) else given
    plain: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, Blob):
            plain[name] = await _sent(value, connection, cancellation)
        elif isinstance(value, BaseModel):
            plain[name] = value.model_dump(mode="json")
        else:
            plain[name] = value
    return plain


async def _sent(blob: Blob, connection: Connection, cancellation: Cancellation) -> dict[str, Any]:
    if blob.size <= _INLINE_BYTES_MAX:
        with blob.open() as stream:
            small = Blob.of(blob.name, stream.read(), blob.media_type)
        return small.model_dump(mode="json")
    name = urllib.parse.quote(blob.name, safe="")
    chunks = _chunks(blob, cancellation)
    async with contextlib.aclosing(chunks):
        answer = await connection.send(
            "POST",
            _UPLOADS,
            content=chunks,
            headers={
                "Content-Type": blob.media_type,
                "Content-Length": str(blob.size),
                "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            },
        )
    return {"upload": answer.json()["id"]}


async def _chunks(blob: Blob, cancellation: Cancellation) -> AsyncGenerator[bytes, None]:
    with blob.open() as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            cancellation.check()
            yield chunk
