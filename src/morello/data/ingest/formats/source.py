"""What every format is: pieces of a file in order, each of which can be parsed by itself."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from morello.data.catalog.version import Rejected
from morello.data.ingest.columns.judge import Raw
from morello.data.ingest.opened import OpenedFile
from morello.data.ingest.unpacked import Packing, Unpacked
from morello.kernel.messages import Message

RECORD_BYTES_MAX = 16 << 20
"""Longest record that is read; a longer one is rejected."""
TEXT_MAX = 1000
"""Characters of a rejected row that are kept."""


class Options(BaseModel):
    """What a caller may say of a file instead of letting it be found out."""

    model_config = ConfigDict(frozen=True)

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    """1-based; 0 says that there is none."""


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """A file to read, and the limits on reading it."""

    file: OpenedFile
    packing: Packing
    options: Options
    ratio_max: int
    bytes_max: int
    piece_bytes: int
    """Unpacked bytes that are parsed at a time."""

    def unpack(self, reading: Any) -> Unpacked:
        """Return the unpacked bytes of one pass."""
        return Unpacked(
            reading,
            self.packing,
            name=self.file.name,
            ratio_max=self.ratio_max,
            bytes_max=self.bytes_max,
        )

    def sample(self, count: int) -> bytes:
        """Return the first unpacked bytes, without a pass."""
        head = self.file.head(count)
        if self.packing is Packing.PLAIN:
            return head
        with self.file.peeking() as reading:
            return self.unpack(reading).read(count)


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """What one piece held."""

    columns: Mapping[str, Raw]
    rows: int
    rejected: list[Rejected]
    records: int
    """Rows the piece has in the file, counted apart from parsing them."""


class Source(Protocol):
    """A file of one format."""

    dialect: dict[str, Any]
    """How the file is understood; complete once a pass has ended."""
    notes: list[Message]

    @property
    def schema(self) -> pa.Schema | None:
        """Columns and types where the format states them; None where every value decides."""
        ...

    def pieces(self) -> Iterator[tuple[int, Any]]:
        """Start a pass: yield (bytes read of the file so far, piece). Cheap; one thread."""
        ...

    def parse(self, piece: Any) -> Part:
        """Return the rows of a piece. May run in any thread, in any order."""
        ...


def cut(text: bytes | str) -> str:
    """Return a rejected row as it may be kept: text, and not too long of it."""
    start = text[: TEXT_MAX * 4]
    # Text may hold half characters, which stand for broken bytes and are no text to keep.
    whole = start if isinstance(start, bytes) else start.encode("utf-8", "replace")
    shown = whole.decode("utf-8", "replace")
    return shown.rstrip("\r\n")[:TEXT_MAX]
