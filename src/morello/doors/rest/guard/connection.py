"""A connection that is not patient for ever: heads that come too slowly or grow too large end it.

uvicorn itself limits neither how long a head may take nor how large it may be.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_TIMEOUT_S = 15.0
HEAD_BYTES_MAX = 64 << 10
HEADERS_MAX = 128

_TOO_LARGE = b"\r\n".join(
    [
        b"HTTP/1.1 431 Request Header Fields Too Large",
        b"content-length: 0",
        b"connection: close",
        b"\r\n",
    ]
)


class Connection(HttpToolsProtocol):
    """One client's connection."""

    head_timeout_s = HEAD_TIMEOUT_S
    _head_bytes = 0
    _is_too_large = False
    _late: asyncio.TimerHandle | None = None

    def connection_made(  # type: ignore[override] # as uvicorn's
        self, transport: asyncio.Transport
    ) -> None:
        """Expect a head."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing any more."""
        self._expect_no_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in bytes; a line of the head that does not end counts as well."""
        was_expected = self._late is not None
        super().data_received(data)
        if was_expected and self._late is not None:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
                self._is_too_large = True
                self.send_400_response("")

    def on_message_begin(self) -> None:
        """Expect the rest of a head that has begun."""
        super().on_message_begin()
        self._head_bytes = 0
        self._expect_head()

    def on_headers_complete(self) -> None:
        """Serve the request. Raises ValueError, which ends the parsing, over a limit."""
        self._expect_no_head()
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_BYTES_MAX or len(self.headers) > HEADERS_MAX:
            self._is_too_large = True
            raise ValueError("too large a head")
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, or one whose head is too large."""
        if not self._is_too_large:
            super().send_400_response(msg)
        elif not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def _expect_head(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self.head_timeout_s, self._give_up)

    def _expect_no_head(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._late = None
        if not self.transport.is_closing():
            self.transport.close()
