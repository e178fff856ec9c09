"""Cells of very wide delimited text: Arrow's parser reserves a whole piece for every column.

One pass finds every boundary, all cells become one array, and each column is every n-th of them:
memory grows with the text, and not with text times columns.
"""

import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa

WIDE_COLUMNS_MIN = 1_000
"""Where Arrow's parser would reserve more than this one needs."""

_LF = 0x0A


class WideParser:
    """Parses whole records of UTF-8 text. An unquoted empty cell is null, a quoted one is not."""

    def __init__(self, delimiter: bytes, quote: bytes, columns: int) -> None:
        assert len(delimiter) == 1, "delimiters are single bytes"
        self._delimiter, self._quote, self._columns = delimiter, quote, columns
        mark, quoted = re.escape(delimiter), re.escape(quote)
        field = rb"(Q[^Q]*+(?:QQ[^Q]*+)*+Q|[^D\r\n]*+)(D|\r\n|\r|\n)"
        self._field = re.compile(field.replace(b"Q", quoted).replace(b"D", mark))

    def parse(self, text: bytes, refuse: Callable[[int, int], object]) -> list[pa.Array]:
        """Return a text array for each column.

        `refuse` is told of every record with another number of fields: which, from 1, and how
        many fields it has.
        """
        found = self._split(text)
        if found is None:
            cells = self._read(text, refuse)
            return [pa.array(cells[place :: self._columns], pa.string()) for place in self._places]
        array, widths = found
        fits = widths == self._columns
        if not fits.all():
            for record in np.flatnonzero(~fits):
                refuse(int(record) + 1, int(widths[record]))
            array = array.filter(pa.array(np.repeat(fits, widths)))
        steps = np.arange(len(array) // self._columns, dtype=np.int64) * self._columns
        return [array.take(pa.array(steps + place)) for place in self._places]

    def _split(self, text: bytes) -> tuple[pa.Array, np.ndarray] | None:
        """Return every cell, and how many each record has; None for what takes a closer look."""
        if b"\r" in text or b"\n\n" in text or text.startswith(b"\n"):
            return None
        letters = np.frombuffer(text, np.uint8)
        edges = np.flatnonzero((letters == self._delimiter[0]) | (letters == _LF))
        quotes = np.flatnonzero(letters == self._quote[0])
        if len(quotes):
            edges = edges[np.searchsorted(quotes, edges) % 2 == 0]
        starts = np.concatenate(([0], edges[:-1] + 1))
        is_quoted = letters[starts] == self._quote[0]
        if len(quotes) != 2 * np.count_nonzero(is_quoted):
            return None  # doubled quotes
        kept = np.ones(len(letters), np.bool_)
        kept[edges] = kept[quotes] = False
        cells = _cells(letters[kept], edges - starts - 2 * is_quoted, is_quoted)
        return cells, np.diff(np.flatnonzero(letters[edges] == _LF), prepend=-1)

    @property
    def _places(self) -> range:
        return range(self._columns)

    def _read(self, text: bytes, refuse: Callable[[int, int], object]) -> list[bytes | None]:
        """Go from field to field, where quotes or other line ends have to be understood."""
        cells: list[bytes | None] = []
        record: list[bytes | None] = []
        number = 0
        for found in self._field.finditer(text):
            value, end = found.groups()
            if value[:1] == self._quote:
                record.append(value[1:-1].replace(self._quote * 2, self._quote))
            else:
                record.append(value or None)
            if end == self._delimiter:
                continue
            if record != [None]:  # a blank line is no record
                number += 1
                if len(record) == self._columns:
                    cells += record
                else:
                    refuse(number, len(record))
            record = []
        return cells


def _cells(letters: np.ndarray, lengths: np.ndarray, is_quoted: np.ndarray) -> pa.Array:
    """Return one text array of cells that follow each other; what is empty, unquoted, is null."""
    offsets = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    validity = np.packbits((lengths > 0) | is_quoted, bitorder="little")
    buffers = [pa.py_buffer(each) for each in (validity, offsets, letters)]
    return pa.Array.from_buffers(pa.string(), len(lengths), buffers)
