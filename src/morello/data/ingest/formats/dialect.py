"""How delimited text is to be read, by a vote of its first records."""

import collections
import dataclasses
import re
from collections.abc import Sequence

from morello.data.ingest.formats.encoding import by_mark, known, wide
from morello.data.ingest.formats.source import Options
from morello.kernel.errors import InvalidInput

DELIMITERS = (",", "\t", ";", "|")
_RECORDS_MAX = 2000
_VOTE_BYTES = 256 << 10
_QUOTED_LENGTH_MAX = 4096
_NO_QUOTE = "\x00"
_NO_DELIMITER = "\x1f"
_AGREEMENT_MIN = 0.5
_BROKEN_SHARE_MAX = 0.01
_VALUE = re.compile(
    r"[+-]?[$€£¥₩]?[0-9][0-9.,]*([eE][+-]?[0-9]+)?%?"
    r"|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}([ T].*)?|true|false|nan|null|",
    re.IGNORECASE,
)
_YEAR = re.compile("(19|20)[0-9]{2}")


@dataclasses.dataclass(frozen=True, slots=True)
class Dialect:
    """How to read a delimited file."""

    encoding: str | None
    """None while only ASCII was seen: the first other byte decides."""
    mark_bytes: int
    delimiter: str
    quote: str
    header_line: int
    """1-based line of the header; 0 when there is none."""
    body_line: int
    """1-based line of the first row below it."""
    names: tuple[str, ...]
    """As they stand in the file; empty ones where there is no header."""


def detect(sample: bytes, options: Options, *, is_whole: bool) -> Dialect:
    """Return the dialect of a file that begins with `sample`. Raises InvalidInput."""
    marked, mark_bytes = by_mark(sample)
    encoding = known(options.encoding) if options.encoding else marked or wide(sample)
    text = sample[mark_bytes:][:_VOTE_BYTES].decode(encoding or "utf-8", "replace")
    if not is_whole or len(sample) > _VOTE_BYTES:  # the last line may be cut
        end = max(text.rfind("\n"), text.rfind("\r"))
        text = text[: end + 1] if end >= 0 else text
    delimiters: Sequence[str] = DELIMITERS
    if options.delimiter:
        if len(options.delimiter.encode()) != 1 or options.delimiter in '"\r\n':
            raise InvalidInput("delimiter", delimiter=options.delimiter)
        delimiters = (options.delimiter,)
    delimiter, quote, rows = _vote(text, delimiters)
    return Dialect(encoding, mark_bytes, delimiter, quote, *_header(rows, options.header_row))


@dataclasses.dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: list[str]
    next_line: int
    quoted: int
    """Fields that are quoted as they should be."""
    broken: int
    """Fields whose quote is not closed, or is followed by text."""


def _vote(text: str, delimiters: Sequence[str]) -> tuple[str, str, list[_Row]]:
    """Return the delimiter under which the most records agree on more than one field."""
    best: tuple[float, str, list[_Row]] = (0.0, _NO_DELIMITER, [])
    for delimiter in delimiters:
        rows = _rows(text, delimiter, '"')
        score = _agreement(rows, delimiter)
        if score > best[0]:
            best = score, delimiter, rows
    score, delimiter, rows = best
    if score < _AGREEMENT_MIN and len(delimiters) > 1:
        return _NO_DELIMITER, '"', _rows(text, _NO_DELIMITER, '"')
    if not rows:
        delimiter = delimiters[0]
        rows = _rows(text, delimiter, '"')
    broken, quoted = sum(row.broken for row in rows), sum(row.quoted for row in rows)
    if broken > max(3 * quoted, len(rows) * _BROKEN_SHARE_MAX):
        plain = _rows(text, delimiter, _NO_QUOTE)
        if _agreement(plain, delimiter) >= _agreement(rows, delimiter):
            return delimiter, _NO_QUOTE, plain
    return delimiter, '"', rows


def _agreement(rows: list[_Row], delimiter: str) -> float:
    """Return how well records agree.

    It is the share with the usual width, more if the first record has it too, and less where cells
    look as if another delimiter were at work.
    """
    width, share = _usual(rows)
    if width < 2:  # noqa: PLR2004 - one field is no delimiter
        return 0.0
    first = 0.1 * (len(rows[0].cells) == width)
    cells = [cell for row in rows[:100] if len(row.cells) == width for cell in row.cells]
    others = [other for other in DELIMITERS if other not in (delimiter, ",")]
    torn = sum(1 for cell in cells if any(other in cell for other in others))
    return share + first - 0.5 * torn / len(cells)


def _usual(rows: list[_Row]) -> tuple[int, float]:
    """Return the most frequent width and the share of records that have it."""
    if not rows:
        return 0, 0.0
    width, count = collections.Counter(len(row.cells) for row in rows).most_common(1)[0]
    return width, count / len(rows)


def _rows(text: str, delimiter: str, quote: str) -> list[_Row]:
    """Return the first records."""
    mark, quoted = re.escape(delimiter), re.escape(quote)
    token = re.compile(
        f"(?:{quoted}((?:[^{quoted}]|{quoted}{quoted}){{0,{_QUOTED_LENGTH_MAX}}}+){quoted}(?=[{mark}\r\n]|\\Z)"
        f"|([^{mark}\r\n]*))({mark}|\r\n|\r|\n|\\Z)"
    )
    rows: list[_Row] = []
    cells: list[str] = []
    place, line, start, sound, broken = 0, 1, 1, 0, 0
    while place < len(text) and len(rows) < _RECORDS_MAX:
        found = token.match(text, place)
        assert found is not None, "the second alternative takes anything"
        inside, plain, end = found.groups()
        sound += inside is not None
        broken += inside is None and plain.startswith(quote)
        cells.append(plain if inside is None else inside.replace(quote + quote, quote))
        line += len(re.findall("\r\n|\r|\n", found.group()))
        place = found.end()
        if end != delimiter:
            if cells != [""]:
                rows.append(_Row(start, cells, line, sound, broken))
            cells, start, sound, broken = [], line, 0, 0
    if cells:
        rows.append(
            _Row(start, [*cells, ""], line + 1, sound, broken)
        )  # the text ended with a delimiter
    return rows


def _header(rows: list[_Row], wanted: int | None) -> tuple[int, int, tuple[str, ...]]:
    """Return the header's line (0 without one), the first line below it, and the names."""
    if not rows:
        return 0, 1, ()
    if wanted is not None:
        return _stated_header(rows, wanted)
    width, _ = _usual(rows)
    top = next(place for place, row in enumerate(rows) if len(row.cells) == width)
    row, below = rows[top], [each.cells for each in rows[top + 1 :] if len(each.cells) == width]
    is_named = looks_like_names(row.cells, below)
    above = rows[top - 1] if top else None
    if above and len(above.cells) == width - 1 > 1 and looks_like_names(above.cells, []):
        # Either each row ends with a delimiter, or the header is R's, whose row names have none.
        ends_empty = not any(cells[-1] for cells in (row.cells, *below))
        if all(cell.strip() for cell in above.cells) and (ends_empty or not is_named):
            names = (*above.cells, "") if ends_empty else ("", *above.cells)
            return above.line, above.next_line, names
    if is_named:
        return row.line, row.next_line, tuple(row.cells)
    return 0, row.line, ("",) * width


def _stated_header(rows: list[_Row], wanted: int) -> tuple[int, int, tuple[str, ...]]:
    if wanted == 0:
        return 0, 1, ("",) * _usual(rows)[0]
    for row in rows:
        if row.line == wanted:
            return wanted, row.next_line, tuple(row.cells)
    raise InvalidInput("header_row", header_row=wanted)


def looks_like_names(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row names columns: none of it is a value, unless years over numbers are."""
    values = [place for place, cell in enumerate(cells) if _VALUE.fullmatch(cell.strip())]
    values = [place for place in values if cells[place].strip()]
    if not values:
        return any(cell.strip() for cell in cells)
    years = all(_YEAR.fullmatch(cells[place].strip()) for place in values)
    if not years or len(values) == len(cells):
        return False
    return any(not _YEAR.fullmatch(row[place].strip()) for row in below[:100] for place in values)
