r"""Finds where records of delimited text begin and end, and counts them, apart from any parser.

A record ends at `\n`, `\r\n` or `\r` outside quotes (RFC 4180, widened); blank lines are none.
A quote opens only at the start of a field and closes only at its end. Where that is broken, the
first line of the record is rejected and reading goes on with the next line.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from morello.data.catalog.version import Rejected
from morello.data.ingest.formats.source import RECORD_BYTES_MAX, cut

_CR, _LF = 0x0D, 0x0A
_FIELD = rb"(?:Q[^Q]*+(?:QQ[^Q]*+)*+Q|[^QD\r\n][^D\r\n]*+|)"
LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)?")
"""One line with its end, if it has one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Records:
    """Whole records in a row, and how many there are."""

    text: bytes
    count: int
    line: int
    """1-based number of the first line in the file."""
    rejected: list[Rejected] = dataclasses.field(default_factory=list)
    """Lines before these records that belong to none."""


class Splitter:
    """Splits text into runs of whole records."""

    def __init__(self, delimiter: bytes, quote: bytes, *, line: int = 1) -> None:
        self._delimiter, self._quote = delimiter, quote
        self._line = line
        self._rejected: list[Rejected] = []
        mark, quoted = re.escape(delimiter), re.escape(quote)

        def filled(pattern: bytes) -> re.Pattern[bytes]:
            pattern = pattern.replace(b"FIELD", _FIELD)
            return re.compile(pattern.replace(b"Q", quoted).replace(b"D", mark))

        record = rb"FIELD(?:DFIELD)*+(?:\r\n|\r|\n)"
        self._record = filled(record)
        self._run = filled(b"(?:" + record + b")*+")
        self._cut_off = filled(rb"(?:FIELDD)*+(?:Q[^Q]*+(?:QQ[^Q]*+)*+|FIELD)\Z")
        self._is_skipping = False
        self._edges = np.zeros(256, np.bool_)
        self._edges[[delimiter[0], _CR, _LF]] = True

    def split(self, read: Callable[[int], bytes], piece_bytes: int) -> Iterator[Records]:
        """Yield runs of records until `read` gives no more."""
        rest = b""
        while more := read(piece_bytes):
            text = rest + more
            held = text.endswith(b"\r")  # the line feed that belongs to it may come next
            body = text[:-1] if held else text
            used = 0
            for records, end in self._runs(body, is_last=False):
                used = end
                yield records
            rest = text[used:]
        if rest and not rest.endswith((b"\r", b"\n")):
            rest += b"\n"
        for records, _ in self._runs(rest, is_last=True):
            yield records
        if self._rejected:
            yield self._taken(b"", 0, 0)

    def starts(self, text: bytes) -> np.ndarray:
        """Return where the records of a run begin that `split` gave."""
        bounds = self._bounds(text)
        if bounds is not None:
            ends, begins = bounds
            return begins[begins < ends]
        found = self._record.finditer(text)
        return np.array([each.start() for each in found if each.group().strip(b"\r\n")], np.int64)

    def record(self, text: bytes, start: int) -> bytes:
        """Return the record that begins at `start`."""
        found = self._record.match(text, start)
        return found.group() if found else b""

    def _runs(self, text: bytes, *, is_last: bool) -> Iterator[tuple[Records, int]]:
        """Yield runs and where in `text` each ends."""
        start = 0
        if self._is_skipping:
            start = self._skipped(text)
            yield self._taken(b"", 0, 0), start
            text = text[start:]
        done, count = self._whole(text)
        if done:
            whole = text[:done]
            yield self._taken(whole, count, _lines(whole)), start + done
        is_stuck = is_last or len(text) - (done or 0) > RECORD_BYTES_MAX
        if done is None or is_stuck:
            for records, end in self._mended(text, done or 0, is_last=is_last):
                yield records, start + end

    def _skipped(self, text: bytes) -> int:
        """Return where the too long line that was rejected ends."""
        line = LINE.match(text).group()  # type: ignore[union-attr] # matches nothing too
        self._is_skipping = not line.endswith((b"\r", b"\n"))
        self._line += not self._is_skipping
        return len(line)

    def _mended(self, text: bytes, start: int, *, is_last: bool) -> Iterator[tuple[Records, int]]:
        """Go from good run to good run, rejecting the lines between them."""
        while start < len(text):
            end = self._run.match(text, start).end()  # type: ignore[union-attr] # the same
            if end > start:
                run = text[start:end]
                yield self._taken(run, len(self.starts(run)), _lines(run)), end
                start = end
                continue
            is_short = len(text) - start <= RECORD_BYTES_MAX
            if not is_last and is_short and self._cut_off.match(text, start):
                return
            start += self._rejected_line(text, start)
            yield self._taken(b"", 0, 0), start

    def _rejected_line(self, text: bytes, start: int) -> int:
        """Reject the line at `start`; return how long it is."""
        line = LINE.match(text, start).group()  # type: ignore[union-attr] # the same
        where: dict[str, Any] = {"line": self._line, "text": cut(line)}
        rejected = Rejected.because("quote", **where)
        if len(line) > RECORD_BYTES_MAX:
            rejected = Rejected.because("long", **where, bytes_max=RECORD_BYTES_MAX)
        self._rejected.append(rejected)
        self._is_skipping = not line.endswith((b"\r", b"\n"))
        self._line += not self._is_skipping
        return len(line)

    def _whole(self, text: bytes) -> tuple[int | None, int]:
        """Return where the last whole record ends, and how many there are until there.

        The first is None when quotes stand where they may not.
        """
        if self._quote not in text and b"\r" not in text and b"\n\n" not in text:
            return text.rfind(b"\n") + 1, text.count(b"\n") - text.startswith(b"\n")
        bounds = self._bounds(text)
        if bounds is None:
            return None, 0
        ends, begins = bounds
        return (int(ends[-1]) + 1 if len(ends) else 0), int(np.count_nonzero(begins < ends))

    def _bounds(self, text: bytes) -> tuple[np.ndarray, np.ndarray] | None:
        r"""Return where each line outside quotes ends (its last byte), and where it begins.

        Of a blank line, and of the half of `\r\n`, the beginning is not before the end. None when
        quotes stand where they may not.
        """
        letters = np.frombuffer(text, np.uint8)
        ends = np.flatnonzero(letters == _LF)
        if b"\r" in text:
            ends = np.flatnonzero((letters == _LF) | (letters == _CR))
        if self._quote in text:
            quotes = np.flatnonzero(letters == self._quote[0])
            if not self._are_sound(letters, quotes):
                return None
            ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
        begins = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
        return ends, begins

    def _are_sound(self, letters: np.ndarray, quotes: np.ndarray) -> bool:
        """Tell whether every quote opens or closes a field, or is doubled inside one."""
        opening, closing = quotes[0::2], quotes[1::2]
        opens = self._edges[letters[opening - 1]]
        opens[0] |= opening[0] == 0
        opens[1:] |= opening[1:] == closing[: len(opening) - 1] + 1
        if len(closing) and closing[-1] == len(letters) - 1:  # what follows it is not there yet
            closing = closing[:-1]
        after = letters[closing + 1]
        return bool(opens.all() and (self._edges[after] | (after == self._quote[0])).all())

    def _taken(self, text: bytes, count: int, lines: int) -> Records:
        records = Records(text, count, self._line, self._rejected)
        self._rejected = []
        self._line += lines
        return records


def _lines(text: bytes) -> int:
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")
