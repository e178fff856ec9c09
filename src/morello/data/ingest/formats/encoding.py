"""Which encoding text is in: a byte order mark, then UTF-8, then what the bytes look like."""

import codecs
import re

from morello.kernel.errors import InvalidInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HANGUL = re.compile(rb"[\xb0-\xc8][\xa1-\xfe]")
_HIGH = re.compile(rb"[\x80-\xff]")
_HANGUL_SHARE_MIN = 0.8
_WELL_FORMED_SHARE_MIN = 0.9
_ZERO_SHARE_MIN = 0.3
_ACCEPTED = {
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp949", "euc_kr", "iso8859-1", "cp1252", "ascii",
}  # fmt: skip


def by_mark(head: bytes) -> tuple[str | None, int]:
    """Return the encoding that a byte order mark states, and how long the mark is."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, len(mark)
    return None, 0


def wide(head: bytes) -> str | None:
    """Return UTF-16 without a mark, known by its zero bytes in every other place."""
    head = head[: len(head) // 2 * 2]
    if not head:
        return None
    even, odd = head[::2].count(0) / len(head) * 2, head[1::2].count(0) / len(head) * 2
    if odd >= _ZERO_SHARE_MIN and even < odd / 10:
        return "utf-16-le"
    if even >= _ZERO_SHARE_MIN and odd < even / 10:
        return "utf-16-be"
    return None


def guess(sample: bytes) -> str:
    """Return the encoding of a sample that is not plain ASCII and has no mark.

    A file is UTF-8 also when some of it is not: those rows are rejected.
    """
    high = len(_HIGH.findall(sample))
    good = sum(len(char.encode()) for char in sample.decode("utf-8", "ignore") if ord(char) > 127)  # noqa: PLR2004 - ASCII ends there
    if good >= high * _WELL_FORMED_SHARE_MIN:
        return "utf-8"
    korean = 2 * sum(len(_HANGUL.findall(run)) for run in re.findall(rb"[\x80-\xff]+", sample))
    if korean >= high * _HANGUL_SHARE_MIN:
        return "cp949"
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def known(name: str) -> str:
    """Return the name Python knows an encoding by. Raises InvalidInput for one we do not read."""
    try:
        found = codecs.lookup(name.replace("ms949", "cp949")).name
    except LookupError:
        raise InvalidInput("encoding", encoding=name) from None
    if found not in _ACCEPTED:
        raise InvalidInput("encoding", encoding=name)
    return {"iso8859-1": "latin-1", "utf-16": "utf-16-le", "euc_kr": "cp949"}.get(found, found)
