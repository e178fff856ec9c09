"""Frames: one byte that says what it is, eight bytes of length, then the bytes."""

import enum
import socket
import struct
import time

_HEADER = struct.Struct("!BQ")
_RECEIVE_BYTES_MAX = 1 << 20

CALL_BYTES_MAX = 1 << 30
"""Largest payload sent to a worker."""
RESULT_BYTES_MAX = 256 << 20
"""Largest answer taken from a worker."""
REPORT_BYTES_MAX = 1 << 20
"""Largest single report taken from a worker."""
ERROR_BYTES_MAX = 64 << 10
"""Largest error taken from a worker."""


class Kind(enum.IntEnum):
    """What a frame says. Only CALL goes to a worker, and only CALL is a pickle."""

    CALL = 1
    READY = 2
    REPORT = 3
    RESULT = 4
    ERROR = 5  # a Message, as JSON
    FAULT = 6  # a traceback, for the log alone


BYTES_MAX = {
    Kind.CALL: CALL_BYTES_MAX,
    Kind.READY: 0,
    Kind.REPORT: REPORT_BYTES_MAX,
    Kind.RESULT: RESULT_BYTES_MAX,
    Kind.ERROR: ERROR_BYTES_MAX,
    Kind.FAULT: ERROR_BYTES_MAX,
}


class BadFrame(Exception):
    """The other side sent something that is no frame, or one over its limit."""


def send(channel: socket.socket, kind: Kind, body: bytes, *, timeout_s: float | None) -> None:
    """Send one frame. Raises TimeoutError, or OSError when the other side is gone."""
    assert len(body) <= BYTES_MAX[kind], f"{kind.name}: {len(body)} bytes"
    channel.settimeout(timeout_s)
    channel.sendall(_HEADER.pack(kind, len(body)))
    channel.sendall(body)


def receive(channel: socket.socket, *, timeout_s: float | None) -> tuple[Kind, bytes] | None:
    """Return the next frame, or None when the other side closed between two frames.

    The length is checked before anything is read, so a hostile side cannot make us allocate.
    Raises TimeoutError, BadFrame, or OSError when the other side is gone.
    """
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    header = _exactly(channel, _HEADER.size, deadline)
    if not header:
        return None
    if len(header) < _HEADER.size:
        raise BadFrame("cut header")
    number, length = _HEADER.unpack(header)
    if number not in BYTES_MAX or length > BYTES_MAX[Kind(number)]:
        raise BadFrame(f"kind {number}, {length} bytes")
    body = _exactly(channel, length, deadline)
    if len(body) < length:
        raise BadFrame("cut body")
    return Kind(number), body


def _exactly(channel: socket.socket, length: int, deadline: float | None) -> bytes:
    """Read `length` bytes; fewer when the other side closed."""
    parts: list[bytes] = []
    missing = length
    while missing:
        if deadline is not None:
            channel.settimeout(max(deadline - time.monotonic(), 1e-6))
        else:
            channel.settimeout(None)
        part = channel.recv(min(missing, _RECEIVE_BYTES_MAX))
        if not part:
            break
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
