"""JSON: one record per line, an array of records, or one object that is or holds them.

Whole numbers stay exact however long; what is nested becomes JSON text in its column.
"""

import codecs
import collections
import dataclasses
import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from morello.data.catalog.version import Rejected
from morello.data.ingest.columns.judge import DATE_KINDS, EVERY_KIND, NUMBER_KINDS, Raw
from morello.data.ingest.formats.encoding import by_mark, wide
from morello.data.ingest.formats.source import (
    RECORD_BYTES_MAX,
    Given,
    Part,
    cut,
)
from morello.kernel.errors import BadFile, TooLarge
from morello.kernel.limits import COLUMNS_MAX, NESTING_DEPTH_MAX
from morello.kernel.messages import Message

_OBJECT_BYTES_MAX = 64 << 20
_SPACE = " \t\r\n"
_SPACES = re.compile(r"[ \t\r\n]*")
_BATCH_RECORDS = 4096
_SAMPLE_BYTES = 1 << 20

Numbered = tuple[int, Any]
"""A record (its text, or what it holds) and its 1-based line or place; or why it is none."""


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where in which file."""

    name: str
    record: int

    def broken(self, problem: str) -> BadFile:
        """Return the error that says so."""
        return BadFile("json", name=self.name, place=self.record, problem=problem)


class JsonText:
    """A JSON or NDJSON file."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self.notes: list[Message] = []
        sample = given.sample(_SAMPLE_BYTES)
        marked, self._mark_bytes = by_mark(sample)
        self._encoding = marked or wide(sample) or "utf-8"
        head = sample[self._mark_bytes :].decode(self._encoding, "ignore").lstrip(_SPACE)
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
        """Start a pass over runs of records."""
        with self._given.file.reading() as reading:
            text = self._text(self._given.unpack(reading))
            records = (
                _from_lines(text)
                if self._is_lines
                else _from_array(text, self._given.file.name)
                if self._is_array
                else self._from_object(text)
            )
            batch: list[Numbered] = []
            for record in records:
                batch.append(record)
                if len(batch) == _BATCH_RECORDS:
                    yield reading.position, batch
                    batch = []
            yield reading.position, batch

    def parse(self, piece: list[Numbered]) -> Part:
        """Return the rows of a run of records."""
        rejected: list[Rejected] = []
        rows: list[dict[str, Any]] = []
        for place, given in piece:
            record = _loaded(place, given) if isinstance(given, str) else given
            if isinstance(record, Rejected):
                rejected.append(record)
            elif isinstance(record, dict):
                rows.append(record)
            else:
                rejected.append(
                    Rejected(line=place, reason="not an object", text=cut(json.dumps(record)))
                )
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
        whole = _loaded(1, "".join(parts))
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
    if not rest.strip(_SPACE):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        # One object over several lines ends its first line early: `{` or `{"a": 1,`.
        return bool(newline) and not line.rstrip().endswith(("{", ",", "[", ":"))
    return True


def _from_lines(chunks: Iterator[str]) -> Iterator[Numbered]:
    rest, number, is_skipping = "", 0, False
    for chunk in chunks:
        lines = (rest + chunk).split("\n")
        rest = lines.pop()
        for line in lines:
            number += 1
            if is_skipping:
                is_skipping = False
            elif line.strip(_SPACE):
                yield number, line
        if len(rest) > RECORD_BYTES_MAX:
            if not is_skipping:
                reason = f"longer than {RECORD_BYTES_MAX} characters"
                yield number + 1, Rejected(line=number + 1, reason=reason, text=cut(rest))
            rest, is_skipping = "", True
    if rest.strip(_SPACE) and not is_skipping:
        yield number + 1, rest


def _from_array(chunks: Iterator[str], name: str) -> Iterator[Numbered]:
    """Yield the elements of a top-level array. Raises BadFile where it is broken."""
    decoder = json.JSONDecoder(parse_constant=_no_constant, parse_float=_real)
    text, at, number = next(chunks, "").lstrip(_SPACE)[1:], 0, 0
    is_over, after_value = False, False
    while True:
        at = _SPACES.match(text, at).end()  # type: ignore[union-attr] # matches nothing too
        if at < len(text) and text[at] == "]":
            break
        if after_value and at < len(text):
            if text[at] != ",":
                raise Place(name, number + 1).broken("no comma")
            at, after_value = at + 1, False
            continue
        value, end = _element(decoder, text, at, Place(name, number + 1))
        # A number that ends with the text may go on; so may anything that did not decode.
        if end is not None and (end < len(text) or is_over):
            number += 1
            yield number, value
            at, after_value = end, True
            continue
        if is_over or len(text) - at > RECORD_BYTES_MAX:
            problem = "the file ends inside the array" if is_over else "a broken or too long value"
            raise Place(name, number + 1).broken(problem)
        more = next(chunks, None)
        is_over = more is None
        text, at = text[at:] + (more or ""), 0
    left = text[at + 1 :] + "".join(chunks)
    if left.strip(_SPACE):
        raise Place(name, number + 1).broken("text after the array")


def _element(decoder: json.JSONDecoder, text: str, at: int, place: Place) -> tuple[Any, int | None]:
    if at == len(text):
        return None, None
    try:
        value, end = decoder.raw_decode(text, at)
        _assert_sound(value, text[at:end])
    except json.JSONDecodeError:
        return None, None
    except (ValueError, RecursionError) as error:
        raise place.broken(_problem(error)) from None
    return value, end


def _loaded(place: int, line: str) -> Any:
    """Return a record, or why it is none."""
    try:
        record = json.loads(line, parse_constant=_no_constant, parse_float=_real)
        _assert_sound(record, line)
    except (ValueError, RecursionError) as error:
        return Rejected(line=place, reason=_problem(error), text=cut(line))
    return record


def _assert_sound(record: Any, text: str) -> None:
    """Raise ValueError for half characters, which no text may hold, and for deep nesting."""
    if not text.isascii():
        text.encode()
    if "\\u" in text:
        json.dumps(record, ensure_ascii=False).encode()
    if _depth(record) > NESTING_DEPTH_MAX:
        raise ValueError(f"nested deeper than {NESTING_DEPTH_MAX}")


def _problem(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deep"
    if isinstance(error, UnicodeError):
        return "not valid in its encoding"
    return str(error)[:200]


def _no_constant(name: str) -> None:
    """Take NaN and Infinity, which are not JSON but are written, as missing."""


def _real(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits[:20]} is too large for a number")
    return number


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            child
            for each in level
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]
    return depth


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
