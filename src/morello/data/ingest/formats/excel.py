"""Excel and OpenDocument sheets: the table on a sheet is found under its titles, then read."""

import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

from morello.data.ingest.columns.judge import Raw
from morello.data.ingest.columns.names import clean_names
from morello.data.ingest.formats.dialect import looks_like_names
from morello.data.ingest.formats.source import Given, Part
from morello.data.ingest.unpacked import ALLOWANCE_BYTES
from morello.kernel.errors import BadFile, InvalidInput, TooLarge
from morello.kernel.limits import COLUMNS_MAX
from morello.kernel.messages import Message

FILE_BYTES_MAX = 256 << 20
"""A sheet is read whole, so it may not be as large as a text file."""
_HEAD_ROWS = 50
_UNPACKED_BYTES_MAX = 2 << 30
_WIDTH_SHARE_MIN = 0.6


class Excel:
    """One sheet of a workbook."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self.notes: list[Message] = []
        self.dialect: dict[str, Any] = {"format": "excel"}
        if given.file.bytes > FILE_BYTES_MAX:
            raise TooLarge(
                "file", name=given.file.name, bytes=given.file.bytes, bytes_max=FILE_BYTES_MAX
            )
        self._refuse_bombs()
        self._part: Part | None = None

    @property
    def schema(self) -> pa.Schema | None:
        """State nothing: cells have types, columns do not."""
        return None

    def pieces(self) -> Iterator[tuple[int, Part]]:
        """Start a pass: the whole sheet is one piece."""
        file = self._given.file
        file.verify()
        if self._part is None:
            with file.seekable() as stream:
                content = stream.read()
            try:
                self._part = self._read(fastexcel.read_excel(content))
            except fastexcel.FastExcelError as error:
                raise BadFile("excel", name=file.name, problem=str(error)[:200]) from None
        file.verify()
        yield file.bytes, self._part

    def parse(self, piece: Part) -> Part:
        """Return the rows, which are there already."""
        return piece

    def _read(self, workbook: fastexcel.ExcelReader) -> Part:
        sheet = self._sheet(workbook)
        grid = workbook.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
        if grid.width > COLUMNS_MAX:
            raise TooLarge("columns", name=self._given.file.name, columns_max=COLUMNS_MAX)
        cells = grid.to_arrow() if grid.width else None
        if cells is None or not cells.num_rows or not cells.num_columns:
            raise BadFile("empty", name=self._given.file.name)
        header, first, given = _table(cells, self._given.options.header_row)
        self.dialect |= {"sheet": sheet, "header_row": header}
        names, self.notes = clean_names(given)
        if not header:
            self.notes = [Message(id="import.note.no_header")]
        if first - bool(header) > 0:
            skipped = {"lines": first - bool(header)}
            self.notes.append(Message(id="import.note.skipped", parameters=skipped))
        if len(workbook.sheet_names) > 1:
            said = {"sheet": sheet, "count": len(workbook.sheet_names)}
            self.notes.append(Message(id="import.note.sheet", parameters=said))
        exact = _exact_numbers(workbook, sheet, cells)
        columns = [values.slice(first) for values in exact]
        rows = pa.record_batch(columns, names=names)
        empty = _empty_rows(rows)
        kept = rows.filter(pc.invert(empty))
        blank = rows.num_rows - kept.num_rows
        if blank:
            self.notes.append(Message(id="import.note.blank_rows", parameters={"count": blank}))
        raws = {name: Raw(kept.column(name)) for name in names}
        return Part(raws, kept.num_rows, [], cells.num_rows - first - blank)

    def _sheet(self, workbook: fastexcel.ExcelReader) -> str:
        """Return the sheet that was asked for, or the first that has rows."""
        wanted = self._given.options.sheet
        names = workbook.sheet_names
        if wanted is not None:
            if wanted not in names:
                raise InvalidInput("sheet", sheet=wanted, sheets=names[:20])
            return wanted
        for name in names:
            if workbook.load_sheet(name, header_row=None, n_rows=5, dtypes="string").width:
                return name
        raise BadFile("empty", name=self._given.file.name)

    def _refuse_bombs(self) -> None:
        """Refuse a workbook whose zip unpacks to far more than it is, as its directory says."""
        if self._given.file.head(2) != b"PK":
            return
        file = self._given.file
        try:
            with file.seekable() as stream, zipfile.ZipFile(stream) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise BadFile("excel", name=file.name, problem=str(error)[:200]) from None
        allowed = file.bytes * self._given.ratio_max + ALLOWANCE_BYTES
        if unpacked > min(allowed, _UNPACKED_BYTES_MAX):
            raise TooLarge("unpacked", name=file.name, ratio_max=self._given.ratio_max)


def _table(cells: pa.RecordBatch, wanted: int | None) -> tuple[int, int, list[str | None]]:
    """Return the header's row (1-based; 0 without one), the first row below it, and the names."""
    head = [
        list(row.values()) for row in cells.slice(0, _HEAD_ROWS).to_pylist(maps_as_pydicts=None)
    ]
    if wanted == 0:
        return 0, 0, [None] * cells.num_columns
    if wanted is not None:
        if wanted > len(head):
            raise InvalidInput("header_row", header_row=wanted)
        return wanted, wanted, head[wanted - 1]
    filled = [sum(cell is not None for cell in row) for row in head]
    enough = max(filled) * _WIDTH_SHARE_MIN
    top = next(place for place, count in enumerate(filled) if count >= enough)
    texts = [[cell or "" for cell in row] for row in head[top:]]
    if looks_like_names(texts[0], texts[1:]):
        return top + 1, top + 1, head[top]
    return 0, top, [None] * cells.num_columns


def _exact_numbers(
    workbook: fastexcel.ExcelReader, sheet: str, cells: pa.RecordBatch
) -> Sequence[pa.Array]:
    """Return the cells as text, with every digit of fractions: as text they come rounded."""
    numbers = workbook.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="float")
    exact = numbers.to_arrow()
    columns = []
    for text, values in zip(cells.columns, exact.columns, strict=True):
        fraction = pc.match_substring_regex(text, r"^-?[0-9]+\.[0-9]+$")
        fraction = pc.and_(fraction, pc.is_valid(values))
        columns.append(pc.if_else(fraction, pc.cast(values, pa.string()), text))
    return columns


def _empty_rows(rows: pa.RecordBatch) -> pa.Array:
    empty = pc.is_null(rows.column(0))
    for values in rows.columns[1:]:
        empty = pc.and_(empty, pc.is_null(values))
    return empty
