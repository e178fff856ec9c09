"""Letters: how wide a text will be, and a text cut to fit, without asking a browser."""

import unicodedata

from morello.analysis.charts.drawing.element import Safe, element

SIZE = 12.0
"""Height of letters in a chart, in pixels; `style.py` says the same."""
_WIDE = 1.0
_USUAL = 0.62
_THIN = 0.34
_THIN_LETTERS = frozenset("iljtf.,:;|!'()[] ")
_ELLIPSIS = "…"
BOLD = 1.1
"""How much wider heavier letters are."""


def width(text: str, size: float = SIZE) -> float:
    """Estimate the width of a text in pixels, a little on the large side."""
    return sum(_share(letter) for letter in text) * size


def _share(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    if unicodedata.combining(letter):
        return 0.0
    return _THIN if letter in _THIN_LETTERS else _USUAL


def shorten(text: str, room: float, size: float = SIZE) -> str:
    """Return the text on one line, cut with an ellipsis where it is wider than `room` pixels."""
    line = " ".join(text[:1000].split())
    if width(line, size) <= room:
        return line
    used = width(_ELLIPSIS, size)
    for index, letter in enumerate(line):
        used += _share(letter) * size
        if used > room:
            return line[:index].rstrip() + _ELLIPSIS
    return line + _ELLIPSIS


def letters(
    text: str,
    x: float,
    y: float,
    *,
    anchor: str = "start",
    look: str = "",
    room: float | None = None,
) -> Safe:
    """Draw a text at its baseline; what was cut off can be read in its `<title>`."""
    shown = text if room is None else shorten(text, room)
    whole = element("title", text[:1000]) if shown != text else None
    return element(
        "text",
        whole,
        shown,
        x=x,
        y=y,
        class_=look or None,
        text_anchor=None if anchor == "start" else anchor,
    )
