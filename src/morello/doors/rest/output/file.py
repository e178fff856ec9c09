"""Files on their way out, piece by piece."""

import asyncio
from collections.abc import AsyncGenerator
from urllib.parse import quote

from morello.doors.rest.guard.security import SANDBOX
from morello.doors.rest.output.answer import Answer
from morello.kernel.values import Blob

PIECE_BYTES = 256 << 10
_SHOWN = ("text/html", "text/plain", "image/png", "image/jpeg", "image/svg+xml", "application/pdf")
"""What a browser may show; everything else it saves."""
_NAME_LENGTH_MAX = 150


def of(blob: Blob) -> Answer:
    """Answer with a file. A page that a tool made runs nothing and belongs to no origin."""
    kind = _header_safe(blob.media_type) or "application/octet-stream"
    shown = kind.partition(";")[0] in _SHOWN
    text = kind.startswith("text/") and "charset" not in kind
    return Answer(
        200,
        [
            (b"content-type", f"{kind}; charset=utf-8".encode() if text else kind.encode()),
            (b"content-length", b"%d" % blob.size),
            (b"content-disposition", _disposition(blob.name, shown=shown)),
            (b"content-security-policy", SANDBOX),
            (b"cache-control", b"private, no-cache"),
        ],
        _pieces(blob),
    )


async def _pieces(blob: Blob) -> AsyncGenerator[bytes, None]:
    with await asyncio.to_thread(blob.open) as stream:
        while piece := await asyncio.to_thread(stream.read, PIECE_BYTES):
            yield piece


def _disposition(name: str, *, shown: bool) -> bytes:
    """Write the header with a name for old readers and one in UTF-8 (RFC 6266, RFC 8187)."""
    kind, cut = "inline" if shown else "attachment", name[:_NAME_LENGTH_MAX]
    plain = "".join(
        each if (each.isascii() and each.isalnum()) or each in "._- " else "_" for each in cut
    )
    encoded = quote(cut.encode("utf-8", "replace"), safe="")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}".encode()


def _header_safe(text: str) -> str:
    return "".join(each for each in text if " " <= each <= "~")[:100].strip()
