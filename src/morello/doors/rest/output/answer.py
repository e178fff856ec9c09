"""An answer on its way out: a status, headers, and bytes or a stream of them."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncGenerator, Callable
from typing import Any

import orjson

from morello.doors.rest.asked import Asked, Gone, Send

Header = tuple[bytes, bytes]
Chunks = AsyncGenerator[bytes, None]

SEND_TIMEOUT_S = 60.0
"""Longest that whoever asked may leave a piece of a stream unread."""

JSON = b"application/json"
NO_BODY = frozenset({204, 304})


@dataclasses.dataclass(slots=True)
class Answer:
    """What goes back."""

    status: int = 200
    headers: list[Header] = dataclasses.field(default_factory=list)
    body: bytes | Chunks = b""

    @classmethod
    def of(cls, body: bytes, media_type: bytes = JSON, status: int = 200) -> "Answer":
        """Answer with bytes."""
        return cls(status, [(b"content-type", media_type)], body)

    @classmethod
    def json(cls, value: Any, status: int = 200) -> "Answer":
        """Answer with a plain value as JSON."""
        return cls.of(orjson.dumps(value, default=str), status=status)

    async def send(self, asked: Asked, send: Send, headers: list[Header]) -> None:
        """Send it. Raises Gone when a stream's reader has left or does not read in time."""
        if not isinstance(self.body, bytes):
            await self._stream(self.body, asked, send, headers)
            return
        if self.status not in NO_BODY:
            headers.append((b"content-length", b"%d" % len(self.body)))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        body = b"" if asked.method == "HEAD" else self.body
        await send({"type": "http.response.body", "body": body})

    async def _stream(
        self, chunks: Chunks, asked: Asked, send: Send, headers: list[Header]
    ) -> None:
        async with contextlib.aclosing(chunks), _watching(asked) as left:
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
            if asked.method != "HEAD":
                async for chunk in chunks:
                    if left():
                        raise Gone
                    await _sent(send, chunk)
            await send({"type": "http.response.body", "body": b""})


@contextlib.asynccontextmanager
async def _watching(asked: Asked) -> AsyncGenerator[Callable[[], bool], None]:
    """Cancel the call when whoever asked leaves; give what tells whether they did."""
    if not asked.body_is_read:
        yield lambda: False
        return
    leaving = asyncio.ensure_future(asked.left())
    leaving.add_done_callback(lambda _: asked.cancellation.cancel())
    try:
        yield leaving.done
    finally:
        leaving.cancel()


async def _sent(send: Send, chunk: bytes) -> None:
    try:
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except TimeoutError:
        raise Gone from None
