"""Arrays of PostgreSQL in its binary format, packed by column.

An array is a header and, for each element, its length and its bytes (see `array_send` in
PostgreSQL's `arrayfuncs.c`). Thousands of elements are packed with one join, where the general
adaptation of Python lists asks of each what it is.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from psycopg import AsyncConnection
from psycopg.adapt import Dumper
from psycopg.pq import Format

_LENGTH = struct.Struct(">i")
_HEADER = struct.Struct(">iiIii")
_EMPTY = struct.Struct(">iiI")
_NUMBER = struct.Struct(">q")
_NULL = _LENGTH.pack(-1)
_UUID_OID, _BYTEA_OID, _TEXT_OID, _INT8_OID, _TIME_OID = 2950, 17, 25, 20, 1184
_2000_US = 946_684_800_000_000
"""PostgreSQL counts microseconds from 2000, a leaf from 1970."""


class Array:
    """A packed array; what it is an array of says its class."""

    oid: ClassVar[int]
    element_oid: ClassVar[int]

    def __init__(self, elements: Sequence[bytes | None]) -> None:
        """Take each element in its binary format."""
        count = len(elements)
        parts: list[bytes] = [b""] * (2 * count)
        parts[::2] = [_NULL if each is None else _LENGTH.pack(len(each)) for each in elements]
        parts[1::2] = [each or b"" for each in elements]
        self._pack(count, b"".join(parts))

    def _pack(self, count: int, packed: bytes) -> None:
        if count:
            self.packed = _HEADER.pack(1, 1, self.element_oid, count, 1) + packed
        else:
            self.packed = _EMPTY.pack(0, 0, self.element_oid)


class Byteas(Array):
    """bytea[]."""

    oid, element_oid = 1001, _BYTEA_OID


class Texts(Array):
    """text[]: UTF-8 each."""

    oid, element_oid = 1009, _TEXT_OID


class Uuids(Array):
    """uuid[]: 16 bytes each."""

    oid, element_oid = 2951, _UUID_OID

    def __init__(self, elements: Sequence[bytes]) -> None:
        """Take the bytes of each."""
        length = _LENGTH.pack(16)
        self._pack(len(elements), length + length.join(elements))


class Numbers(Array):
    """bigint[]."""

    oid, element_oid = 1016, _INT8_OID

    def __init__(self, numbers: Iterable[int]) -> None:
        """Take the numbers themselves."""
        elements = [_NUMBER.pack(each) for each in numbers]
        length = _LENGTH.pack(_NUMBER.size)
        self._pack(len(elements), length + length.join(elements))


class Times(Numbers):
    """timestamptz[]."""

    oid, element_oid = 1185, _TIME_OID

    def __init__(self, microseconds: Iterable[int]) -> None:
        """Take microseconds since 1970."""
        super().__init__(each - _2000_US for each in microseconds)


class _ArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Any) -> bytes:
        packed: bytes = obj.packed
        return packed


def register(connection: AsyncConnection[Any]) -> None:
    """Let a connection take packed arrays as parameters."""
    for kind in (Uuids, Byteas, Texts, Numbers, Times):
        dumper = type(f"{kind.__name__}Dumper", (_ArrayDumper,), {"oid": kind.oid})
        connection.adapters.register_dumper(kind, dumper)
