"""Server-sent events (WHATWG HTML, section 9.2), read from the bytes of a response."""

import dataclasses
from collections.abc import AsyncIterable, AsyncIterator

from morello.kernel.errors import Unavailable

_EVENT_BYTES_MAX = 256 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One event: its type, its data, and the id after which a reader may go on."""

    kind: str
    data: str
    id: str = ""


async def events(chunks: AsyncIterable[bytes]) -> AsyncIterator[Event]:
    """Yield each event as its last line arrives; what stands after the last one is dropped.

    Raises Unavailable for an event that does not end.
    """
    kind, data, identifier, size = "message", list[str](), "", 0
    async for line in _lines(chunks):
        if not line:
            if data:
                yield Event(kind, "\n".join(data), identifier)
            kind, data, size = "message", [], 0
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        size += len(value)
        if size > _EVENT_BYTES_MAX:
            raise Unavailable("server.answer", status=200)
        if name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif name == "id":
            identifier = value


async def _lines(chunks: AsyncIterable[bytes]) -> AsyncIterator[str]:
    """Split at line feeds alone: in JSON, Unicode's other line ends are part of a text."""
    rest = bytearray()
    async for chunk in chunks:
        start = len(rest)
        rest += chunk
        if rest.find(b"\n", start) < 0:
            if len(rest) > _EVENT_BYTES_MAX:
                raise Unavailable("server.answer", status=200)
            continue
        *whole, last = bytes(rest).split(b"\n")
        for each in whole:
            yield each.removesuffix(b"\r").decode(errors="replace")
        rest = bytearray(last)
