"""The bytes inside gzip or zstd, with a limit on how much a small file may grow to."""

import enum
from collections.abc import Callable

import pyarrow as pa

from morello.data.ingest.opened import Reading
from morello.kernel.errors import BadFile, TooLarge

ALLOWANCE_BYTES = 64 << 20
"""What any compressed file may unpack to, whatever the ratio."""


class Packing(enum.StrEnum):
    """How a file is compressed."""

    PLAIN = "plain"
    GZIP = "gzip"
    ZSTD = "zstd"


def packing(head: bytes) -> Packing:
    """Tell how a file is compressed from its first bytes (RFC 1952, RFC 8878)."""
    if head.startswith(b"\x1f\x8b\x08"):
        return Packing.GZIP
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return Packing.ZSTD
    return Packing.PLAIN


class Unpacked:
    """Reads unpacked bytes; several members or frames in a row are one stream."""

    def __init__(
        self, reading: Reading, how: Packing, *, name: str, ratio_max: int, bytes_max: int
    ) -> None:
        self._reading = reading
        self._name = name
        self._ratio_max = ratio_max if how is not Packing.PLAIN else 1
        self._bytes_max = bytes_max
        self._produced = 0
        self._read: Callable[[int], bytes] = (
            reading.read
            if how is Packing.PLAIN
            else pa.CompressedInputStream(pa.PythonFile(reading, mode="r"), str(how)).read
        )

    def read(self, count: int) -> bytes:
        """Return up to `count` bytes, none at the end. Raises BadFile, TooLarge."""
        parts: list[bytes] = []
        while count > 0:
            part = self._some(count)
            if not part:
                break
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _some(self, count: int) -> bytes:
        try:
            part = self._read(count)
        except OSError as error:
            case = "truncated" if "runcated" in str(error) else "damaged"
            raise BadFile(case, name=self._name) from None
        self._produced += len(part)
        allowed = self._ratio_max * self._reading.position + ALLOWANCE_BYTES
        if self._produced > min(allowed, self._bytes_max):
            raise TooLarge("unpacked", name=self._name, ratio_max=self._ratio_max)
        return part
