"""Arrays of PostgreSQL in its binary format, packed by column.

An array is a header and, for each element, its length and its bytes (see `array_send` in
PostgreSQL's `arrayfuncs.c`). Thousands of elements are packed with one join, where the general
adaptation of Python lists asks of each what it is.
"""

import struct
from collections.abc import Collection, Sequence
from typing import Final

_LENGTH = struct.Struct(">i")
_HEADER = struct.Struct(">iiIii")
_EMPTY = struct.Struct(">iiI")
_NULL = _LENGTH.pack(-1)
_UUID_OID: Final = 2950
_BYTEA_OID: Final = 17
_TEXT_OID: Final = 25
_INT8_OID: Final = 20
_TIME_OID: Final = 1184
_2000_US = 946_684_800_000_000
"""PostgreSQL counts microseconds from 2000, a leaf from 1970."""


def byteas(elements: Sequence[bytes | None]) -> bytes:
    """Return a bytea[]."""
    return _of_lengths(_BYTEA_OID, elements)


def texts(elements: Sequence[bytes | None]) -> bytes:
    """Return a text[] of UTF-8."""
    return _of_lengths(_TEXT_OID, elements)


def uuids(elements: Sequence[bytes]) -> bytes:
    """Return a uuid[] of 16 bytes each."""
    return _of_one_length(_UUID_OID, 16, elements)


def numbers(elements: Collection[int]) -> bytes:
    """Return a bigint[]."""
    return _of_eight_bytes(_INT8_OID, elements)


def times(microseconds: Collection[int]) -> bytes:
    """Return a timestamptz[] of microseconds since 1970."""
    return _of_eight_bytes(_TIME_OID, [each - _2000_US for each in microseconds])


def number(value: int) -> bytes:
    """Return a bigint."""
    return value.to_bytes(8, "big", signed=True)


def _of_lengths(oid: int, elements: Sequence[bytes | None]) -> bytes:
    count = len(elements)
    parts: list[bytes] = [b""] * (2 * count)
    parts[::2] = [_NULL if each is None else _LENGTH.pack(len(each)) for each in elements]
    parts[1::2] = [each or b"" for each in elements]
    return _header(oid, count) + b"".join(parts)


def _of_one_length(oid: int, size_bytes: int, elements: Sequence[bytes]) -> bytes:
    if not elements:
        return _header(oid, 0)
    length = _LENGTH.pack(size_bytes)
    return _header(oid, len(elements)) + length + length.join(elements)


def _of_eight_bytes(oid: int, elements: Collection[int]) -> bytes:
    """Pack all at once: a length of 8 before each."""
    flat = [8] * (2 * len(elements))
    flat[1::2] = elements
    return _header(oid, len(elements)) + struct.pack(">" + "iq" * len(elements), *flat)


def _header(oid: int, count: int) -> bytes:
    return _HEADER.pack(1, 1, oid, count, 1) if count else _EMPTY.pack(0, 0, oid)
