"""JSON: one record per line, an array of records, or one object that is or holds them.

Whole numbers stay exact however long; what is nested becomes JSON text in its column.
"""

import codecs
import collections
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from morello.data.catalog.version import Rejected
from morello.data.ingest.columns.judge import DATE_KINDS, EVERY_KIND, NUMBER_KINDS, Raw
from morello.data.ingest.formats.encoding import by_mark, wide
from morello.data.ingest.formats.json_records import (
    SPACE,
    Numbered,
    Place,
    from_array,
    from_lines,
    loaded,
)
from morello.data.ingest.formats.source import (
    Given,
    Part,
    cut,
)
from morello.kernel.errors import TooLarge
from morello.kernel.limits import COLUMNS_MAX
from morello.kernel.messages import Message

_OBJECT_BYTES_MAX = 64 << 20
_BATCH_RECORDS = 4096
_SAMPLE_BYTES = 1 << 20


class JsonText:
    """A JSON or NDJSON file."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self.notes: list[Message] = []
        sample = given.sample(_SAMPLE_BYTES)
        marked, self._mark_bytes = by_mark(sample)
        self._encoding = marked or wide(sample) or "utf-8"
        head = sample[self._mark_bytes :].decode(self._encoding, "ignore").lstrip(SPACE)
        self._is_array = head.startswith("[")
        self._is_lines = not self._is_array and _starts_with_lines(head)
        shape = "array" if self._is_array else "lines" if self._is_lines else "object"
        self.dialect: dict[str, Any] = {
            "format": "ndjson" if self._is_lines else "json",
            "compression": str(given.packing),
            "encoding": self._encoding,
            "shape": shape,
        }

    @property
    def schema(self) -> pa.Schema | None:
        """State nothing: every value decides."""
        return None

    def pieces(self) -> Iterator[tuple[int, list[Numbered]]]:
        """Start a pass over runs of records: as many as a chunk of text ends, and not too many."""
        with self._given.file.reading() as reading:
            chunks = 0

            def text() -> Iterator[str]:
                nonlocal chunks
                for chunk in self._text(self._given.unpack(reading)):
                    chunks += 1
                    yield chunk

            batch: list[Numbered] = []
            began = chunks
            for record in self._records(text()):
                batch.append(record)
                if len(batch) == _BATCH_RECORDS or chunks != began:
                    yield reading.position, batch
                    batch, began = [], chunks
            yield reading.position, batch

    def _records(self, text: Iterator[str]) -> Iterator[Numbered]:
        if self._is_lines:
            return from_lines(text)
        if self._is_array:
            return from_array(text, self._given.file.name)
        return self._from_object(text)

    def parse(self, piece: list[Numbered]) -> Part:
        """Return the rows of a run of records."""
        rejected: list[Rejected] = []
        rows: list[dict[str, Any]] = []
        for place, given in piece:
            record = loaded(place, given) if isinstance(given, str) else given
            if isinstance(record, Rejected):
                rejected.append(record)
            elif isinstance(record, dict):
                rows.append(record)
            else:
                text = cut(json.dumps(record))
                rejected.append(Rejected.because("not_object", line=place, text=text))
        return Part(self._columns(rows), len(rows), rejected, len(piece))

    def _columns(self, rows: Sequence[dict[str, Any]]) -> dict[str, Raw]:
        names = list(dict.fromkeys(name for row in rows for name in row))
        if len(names) > COLUMNS_MAX:
            raise TooLarge("columns", name=self._given.file.name, columns_max=COLUMNS_MAX)
        return {name: _column([row.get(name) for row in rows]) for name in names}

    def _text(self, unpacked: Any) -> Iterator[str]:
        """Yield the text in chunks; broken bytes become half characters, and are found later."""
        unpacked.read(self._mark_bytes)
        errors = "surrogateescape" if self._encoding == "utf-8" else "surrogatepass"
        decoder = codecs.getincrementaldecoder(self._encoding)(errors)
        while chunk := unpacked.read(self._given.piece_bytes):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)

    def _from_object(self, chunks: Iterator[str]) -> Iterator[Numbered]:
        """Yield the one array of records that an object holds, or the object itself."""
        name = self._given.file.name
        parts, length = [], 0
        for chunk in chunks:
            parts.append(chunk)
            length += len(chunk)
            if length > _OBJECT_BYTES_MAX:
                raise TooLarge("json_object", name=name, bytes_max=_OBJECT_BYTES_MAX)
        whole = loaded(1, "".join(parts))
        if isinstance(whole, Rejected):
            raise Place(name, 1).broken(whole.reason)
        lists = [
            key
            for key, value in whole.items()
            if isinstance(value, list) and value and all(isinstance(each, dict) for each in value)
        ]
        if len(lists) == 1:
            self.dialect["records_in"] = lists[0]
            yield from enumerate(whole[lists[0]], start=1)
        else:
            yield 1, whole


def _starts_with_lines(head: str) -> bool:
    """Tell whether the first line is a record by itself, and others follow."""
    line, newline, rest = head.partition("\n")
    if not rest.strip(SPACE):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        # One object over several lines ends its first line early: `{` or `{"a": 1,`.
        return bool(newline) and not line.rstrip().endswith(("{", ",", "[", ":"))
    return True


def _column(values: list[Any]) -> Raw:
    """Return a column as text, and what its JSON types allow it to be."""
    allowed = EVERY_KIND
    for kind in collections.Counter(type(value) for value in values):
        if kind is not type(None):
            allowed &= _ALLOWED.get(kind, frozenset())
    return Raw(pa.array([_as_text(value) for value in values], pa.string()), allowed)


_ALLOWED: dict[type, frozenset[str]] = {
    bool: frozenset({"boolean"}),
    int: NUMBER_KINDS,
    float: NUMBER_KINDS,
    str: DATE_KINDS,
}


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | dict | list):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)
