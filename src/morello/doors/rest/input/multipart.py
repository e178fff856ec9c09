"""Forms with files, `multipart/form-data` (RFC 7578), read as they come."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from typing import Any

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from morello.doors.rest.asked import Asked
from morello.doors.rest.input.files import Taken, harmless
from morello.kernel.errors import InvalidInput, TooLarge

PARTS_MAX = 64
TEXT_BYTES_MAX = 1 << 20
"""All that the fields of a form may hold that are no files."""


@dataclasses.dataclass(slots=True)
class _Part:
    """One part: its headers, and the bytes of it that were not used yet."""

    headers: dict[str, bytes] = dataclasses.field(default_factory=dict)
    pending: list[bytes] = dataclasses.field(default_factory=list)
    is_open: bool = False
    is_complete: bool = False

    @property
    def named(self) -> tuple[str, str | None]:
        """The field it is for, and its file's name when it is a file."""
        kind, options = parse_options_header(self.headers.get("content-disposition", b""))
        if kind != b"form-data" or b"name" not in options:
            raise InvalidInput("rest.multipart", problem="a part has no name")
        file = options.get(b"filename")
        name = options[b"name"].decode("utf-8", "replace")
        return name, None if file is None else file.decode("utf-8", "replace")


class Form:
    """One form's parts, in order."""

    def __init__(self, asked: Asked, bytes_max: int) -> None:
        _, options = parse_options_header(asked.header(b"content-type"))
        boundary = options.get(b"boundary")
        if not boundary:
            raise InvalidInput("rest.multipart", problem="no boundary")
        self._chunks = asked.chunks(bytes_max)
        self._parts: list[_Part] = []
        self._count, self._name = 0, b""
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_header_begin": self._header_begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_headers_finished": self._headers_finished,
            },
        )

    async def pairs(self, files: Taken) -> list[tuple[str, Any]]:
        """Return each part's name and its text, or its file, taken in as it comes."""
        found: list[tuple[str, Any]] = []
        text_bytes = 0
        while (part := await self._next()) is not None:
            name, file = part.named
            if file is not None:
                kind = part.headers.get("content-type", b"application/octet-stream").decode(
                    "latin-1"
                )
                blob = await files.take(self._content(part), name=harmless(file), media_type=kind)
                found.append((name, blob))
                continue
            text = b""
            async for piece in self._content(part):
                text += piece
                if text_bytes + len(text) > TEXT_BYTES_MAX:
                    raise TooLarge("rest.body", bytes_max=TEXT_BYTES_MAX)
            text_bytes += len(text)
            found.append((name, text.decode("utf-8", "replace")))
        return found

    async def _next(self) -> _Part | None:
        """Return the next part once its headers are there, or None after the last."""
        while not (self._parts and self._parts[0].is_open):
            if not await self._feed():
                return None
        return self._parts[0]

    async def _content(self, part: _Part) -> AsyncIterator[bytes]:
        while True:
            while part.pending:
                yield part.pending.pop(0)
            if part.is_complete:
                self._parts.remove(part)
                return
            if not await self._feed():
                raise InvalidInput("rest.multipart", problem="it ends within a part")

    async def _feed(self) -> bool:
        try:
            chunk = await anext(self._chunks)
        except StopAsyncIteration:
            return False
        try:
            self._parser.write(chunk)
        except MultipartParseError as error:
            raise InvalidInput("rest.multipart", problem=str(error)[:100]) from None
        await asyncio.sleep(0)
        return True

    def _begin(self) -> None:
        self._count += 1
        if self._count > PARTS_MAX:
            raise TooLarge("rest.parts", parts_max=PARTS_MAX)
        self._parts.append(_Part())

    def _header_begin(self) -> None:
        self._name = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        headers, name = self._parts[-1].headers, self._name.decode("latin-1").lower()
        headers[name] = headers.get(name, b"") + data[start:end]

    def _headers_finished(self) -> None:
        self._parts[-1].is_open = True

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._parts[-1].pending.append(data[start:end])

    def _end(self) -> None:
        self._parts[-1].is_complete = True
