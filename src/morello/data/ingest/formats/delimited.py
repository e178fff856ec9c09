"""CSV, TSV and their kin: split into records by us, parsed by Arrow, and the two must agree.

Arrow's parser takes runs of whole records, in any thread; DuckDB's would read the file by itself,
so that neither its digest nor its records could be counted in the same pass.
"""

import codecs
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from morello.data.catalog.version import Rejected
from morello.data.ingest.columns.judge import Raw
from morello.data.ingest.columns.names import clean_names
from morello.data.ingest.formats.dialect import detect
from morello.data.ingest.formats.encoding import guess
from morello.data.ingest.formats.records import LINE, Records, Splitter
from morello.data.ingest.formats.source import Given, Part, cut
from morello.data.ingest.formats.wide import WIDE_COLUMNS_MIN, WideParser
from morello.kernel.errors import BadFile, TooLarge
from morello.kernel.limits import COLUMNS_MAX
from morello.kernel.messages import Message

_SAMPLE_BYTES = 1 << 20
_BYTES_PER_COLUMN = 2 << 10
_PIECE_BYTES_MAX = 16 << 20
_HEAD_BYTES = 4 * _SAMPLE_BYTES
"""Sure to hold what was sampled, also where two bytes become three."""
_WIDE = ("utf-16-le", "utf-16-be")


@dataclasses.dataclass(frozen=True, slots=True)
class _Piece:
    records: Records
    encoding: str


class Delimited:
    """A delimited text file."""

    def __init__(self, given: Given) -> None:
        self._given = given
        sample = given.sample(_SAMPLE_BYTES)
        self._dialect = detect(sample, given.options, is_whole=len(sample) < _SAMPLE_BYTES)
        if not self._dialect.names:
            raise BadFile("empty", name=given.file.name)
        if len(self._dialect.names) > COLUMNS_MAX:
            raise TooLarge("columns", name=given.file.name, columns_max=COLUMNS_MAX)
        self.names, self.notes = clean_names(self._dialect.names)
        top = self._dialect.header_line or self._dialect.body_line
        if not self._dialect.header_line:
            self.notes = [Message(id="import.note.no_header")]
        if top > 1:
            self.notes.append(Message(id="import.note.skipped", parameters={"lines": top - 1}))
        self.dialect: dict[str, Any] = {
            "format": "csv",
            "compression": str(given.packing),
            "encoding": self._dialect.encoding or "ascii",
            "delimiter": self._dialect.delimiter,
            "quote": self._dialect.quote,
            "header_row": self._dialect.header_line,
        }
        self._splitter = self._new_splitter()
        self._wide: WideParser | None = None
        if len(self.names) >= WIDE_COLUMNS_MIN:
            marks = self._dialect.delimiter.encode(), self._dialect.quote.encode()
            self._wide = WideParser(*marks, len(self.names))

    @property
    def schema(self) -> pa.Schema | None:
        """State nothing: every value decides."""
        return None

    def pieces(self) -> Iterator[tuple[int, _Piece]]:
        """Start a pass over runs of records."""
        size = max(
            self._given.piece_bytes, min(len(self.names) * _BYTES_PER_COLUMN, _PIECE_BYTES_MAX)
        )
        encoding = self._dialect.encoding
        splitter = self._new_splitter()
        # Without any row there is still a header: the first piece only has the columns.
        yield 0, _Piece(Records(b"", 0, self._dialect.body_line), "utf-8")
        with self._given.file.reading() as reading:
            read = self._text(self._given.unpack(reading).read)
            for records in splitter.split(read, size):
                text = records.text
                if encoding is None and not text.isascii():
                    encoding = guess(text)
                    self.dialect["encoding"] = encoding
                shown = "utf-8" if encoding in (None, *_WIDE) else encoding
                yield reading.position, _Piece(records, shown or "utf-8")

    def parse(self, piece: _Piece) -> Part:
        """Return the rows of a run of records."""
        records = piece.records
        if not records.count:
            return Part(self._columns([]), 0, records.rejected, len(records.rejected))
        text, starts = _decoded(records.text, piece.encoding), None
        rejected = list(records.rejected)
        if text is None:
            starts = self._splitter.starts(records.text)
            text, starts, broken = self._readable(records, starts, piece.encoding)
            rejected += broken
        invalid: list[tuple[int, int]] = []

        columns = self._parsed(text, lambda number, fields: invalid.append((number, fields)))
        if invalid:
            if starts is None:
                starts = self._splitter.starts(records.text)
            rejected += [self._misfit(records, starts, *each) for each in invalid]
        rows = len(columns[0]) if columns else 0
        return Part(self._columns(columns), rows, rejected, records.count + len(records.rejected))

    def _parsed(self, text: bytes, refuse: Callable[[int, int], object]) -> list[pa.Array]:
        if not text:
            return []
        if self._wide is not None:
            return self._wide.parse(text, refuse)

        def skip(row: csv.InvalidRow) -> str:
            refuse(row.number, row.actual_columns)
            return "skip"

        places = [str(place) for place in range(len(self.names))]
        table = csv.read_csv(
            pa.BufferReader(text),
            read_options=csv.ReadOptions(
                use_threads=False, column_names=places, block_size=len(text) + 1
            ),
            parse_options=csv.ParseOptions(
                delimiter=self._dialect.delimiter,
                quote_char=self._dialect.quote if self._dialect.quote == '"' else False,
                newlines_in_values=True,
                invalid_row_handler=skip,
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(places, pa.string()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                null_values=[""],
                check_utf8=False,
            ),
        )
        return [column.combine_chunks() for column in table.columns]

    def _columns(self, arrays: list[pa.Array]) -> dict[str, Raw]:
        if not arrays:
            arrays = [pa.array([], pa.string())] * len(self.names)
        return {name: Raw(array) for name, array in zip(self.names, arrays, strict=True)}

    def _readable(
        self, records: Records, starts: np.ndarray, encoding: str
    ) -> tuple[bytes, np.ndarray, list[Rejected]]:
        """Return the records that are in the encoding, where they began, and the others."""
        good: list[bytes] = []
        kept: list[int] = []
        broken: list[Rejected] = []
        for start, end in zip(starts, [*starts[1:], len(records.text)], strict=True):
            record = records.text[start:end]
            text = _decoded(record, encoding)
            if text is not None:
                good.append(text)
                kept.append(start)
                continue
            line = records.line + _line_breaks(records.text[:start])
            broken.append(
                Rejected.because("encoding", line=line, text=cut(record), encoding=encoding)
            )
        return b"".join(good), np.array(kept, np.int64), broken

    def _misfit(self, records: Records, starts: np.ndarray, number: int, fields: int) -> Rejected:
        start = int(starts[number - 1])
        return Rejected.because(
            "fields",
            line=records.line + _line_breaks(records.text[:start]),
            text=cut(self._splitter.record(records.text, start)),
            fields=fields,
            expected=len(self.names),
        )

    def _new_splitter(self) -> Splitter:
        dialect = self._dialect
        line = dialect.body_line
        return Splitter(dialect.delimiter.encode(), dialect.quote.encode(), line=line)

    def _text(self, read: Callable[[int], bytes]) -> Callable[[int], bytes]:
        """Return a reader of what stands below the header: of UTF-16, as UTF-8."""
        read(self._dialect.mark_bytes)
        if self._dialect.encoding in _WIDE:
            read = _narrowed(read, self._dialect.encoding or "")
        return _below(read, self._dialect.body_line - 1)


def _below(read: Callable[[int], bytes], lines: int) -> Callable[[int], bytes]:
    """Leave out the first lines, which lie within what was sampled."""
    first = read(_HEAD_BYTES)
    place = 0
    for _ in range(lines):
        place = LINE.match(first, place).end()  # type: ignore[union-attr] # matches nothing too
    left = [first[place:]] if place < len(first) else []
    return lambda count: left.pop() if left else read(count)


def _narrowed(read: Callable[[int], bytes], encoding: str) -> Callable[[int], bytes]:
    """Turn UTF-16 into UTF-8; what is broken in it becomes broken UTF-8, and is found later."""
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    is_over = False

    def read_on(count: int) -> bytes:
        nonlocal is_over
        while not is_over:
            chunk = read(count)
            is_over = not chunk
            try:
                text = decoder.decode(chunk, is_over).encode("utf-8", "surrogatepass")
            except UnicodeDecodeError:
                return b"\xff"
            if text:
                return text
        return b""

    return read_on


def _decoded(text: bytes, encoding: str) -> bytes | None:
    """Return text as UTF-8; None when some of it is not in the encoding."""
    if text.isascii():
        return text
    try:
        decoded = text.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if encoding == "utf-8" else decoded.encode()


def _line_breaks(text: bytes) -> int:
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")
