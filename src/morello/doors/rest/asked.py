"""What somebody asked over HTTP: one request, read as far as it was needed."""

import asyncio
import dataclasses
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl, quote

from morello.doors.rest.language import language_of
from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import InvalidInput, TimedOut, TooLarge
from morello.kernel.principal import NOBODY, Origin, Principal

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

CHUNK_TIMEOUT_S = 20.0
"""Longest silence within a body."""
BYTES_PER_S_MIN = 256
"""What a body has to bring on average once the first chunk's time has passed."""
QUERY_FIELDS_MAX = 200

_SINGLE = {
    b"authorization",
    b"content-length",
    b"content-type",
    b"host",
    b"idempotency-key",
    b"origin",
    b"x-company-id",
    b"x-csrf-token",
    b"x-morello-approval",
}
"""Headers of which two would mean two things."""


_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


class Gone(Exception):
    """Whoever asked has left."""


@dataclasses.dataclass(slots=True)
class Asked:
    """A request: its head is read, its body comes in chunks."""

    scope: Message
    receive: Receive
    method: str
    path: str
    headers: dict[bytes, bytes]
    parameters: dict[str, str] = dataclasses.field(default_factory=dict)
    """What the path's braces stand for."""
    secure: bool = False
    """Whether it came over TLS, here or at a trusted proxy."""
    principal: Principal = NOBODY
    origin: Origin = dataclasses.field(default_factory=Origin)
    cancellation: Cancellation = dataclasses.field(default_factory=Cancellation)
    call_id: uuid.UUID | None = None
    """The call that was made of it."""
    body_is_read: bool = False
    twice: bytes = b""
    """A header that came twice and may not."""
    _language: str = ""

    @classmethod
    def of(cls, scope: Message, receive: Receive) -> "Asked":
        """Read the head of a request."""
        headers: dict[bytes, bytes] = {}
        twice = b""
        for name, value in scope["headers"]:
            if name not in headers:
                headers[name] = value
                continue
            if name in _SINGLE:
                twice = name
            headers[name] += (b"; " if name == b"cookie" else b", ") + value
        asked = cls(scope, receive, scope["method"], scope["path"], headers, twice=twice)
        has_body = b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"
        asked.body_is_read = not has_body
        return asked

    def check(self) -> None:
        """Raise InvalidInput for a head that means two things."""
        if self.twice:
            raise InvalidInput("rest.header_twice", name=self.twice.decode("latin-1"))

    def header(self, name: bytes) -> str:
        """Return a header, empty when it was not sent."""
        found = self.headers.get(name)
        return found.decode("latin-1").strip() if found else ""

    @property
    def is_local(self) -> bool:
        """Whether it was meant for this machine by a name that no network can take."""
        host = self.header(b"host").lower()
        return host.startswith(_LOCAL_NAMES)

    @property
    def keeps_secrets(self) -> bool:
        """Whether nobody on the way can read it."""
        return self.secure or self.is_local

    @property
    def needs_secure_cookies(self) -> bool:
        """Whether a browser has to be told never to send a cookie in the clear."""
        return self.secure or not self.is_local

    @property
    def raw_path(self) -> str:
        """The path as it came, with what is escaped in it: a name may hold a slash."""
        raw = self.scope.get("raw_path")
        return raw.decode("ascii", "replace") if raw else quote(self.path)

    @property
    def language(self) -> str:
        """The caller's language, of those we speak."""
        if not self._language:
            self._language = language_of(self.header(b"accept-language"))
        return self._language

    @language.setter
    def language(self, language: str) -> None:
        self._language = language

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies."""
        pairs = (each.partition("=") for each in self.header(b"cookie").split(";"))
        return {name.strip(): value.strip() for name, equals, value in pairs if equals}

    def query(self) -> list[tuple[str, str]]:
        """Return the query's fields in order. Raises InvalidInput when they cannot be read."""
        raw = self.scope["query_string"]
        if not raw:
            return []
        try:
            return parse_qsl(
                raw.decode("ascii"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=QUERY_FIELDS_MAX,
            )
        except ValueError:
            raise InvalidInput("rest.query", fields_max=QUERY_FIELDS_MAX) from None

    async def chunks(self, bytes_max: int) -> AsyncIterator[bytes]:
        """Yield the body. Raises TooLarge over a size, TimedOut when it comes too slowly."""
        announced = self.headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > bytes_max:
            raise TooLarge("rest.body", bytes_max=bytes_max)
        loop = asyncio.get_running_loop()
        began, taken = loop.time(), 0
        while not self.body_is_read:
            message = await self._next()
            body = message.get("body", b"")
            taken += len(body)
            if taken > bytes_max:
                raise TooLarge("rest.body", bytes_max=bytes_max)
            late_s = loop.time() - began - CHUNK_TIMEOUT_S
            if late_s > 0 and taken < late_s * BYTES_PER_S_MIN:
                raise TimedOut("rest.body", wait_s=CHUNK_TIMEOUT_S)
            self.body_is_read = not message.get("more_body", False)
            if body:
                yield body

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout(CHUNK_TIMEOUT_S):
                message = await self.receive()
        except TimeoutError:
            raise TimedOut("rest.body", wait_s=CHUNK_TIMEOUT_S) from None
        if message["type"] == "http.disconnect":
            raise Gone
        return message

    async def body(self, bytes_max: int) -> bytes:
        """Return the whole body. Raises as `chunks` does."""
        return b"".join([chunk async for chunk in self.chunks(bytes_max)])

    async def left(self) -> None:
        """Return once whoever asked has left. Only after the body was read."""
        while (await self.receive())["type"] != "http.disconnect":
            pass
