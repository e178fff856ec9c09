"""Marks: change points, means, outliers and shaded ranges, with labels that do not touch."""

import dataclasses

from morello.analysis.charts.chart import Chart, Range
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.charts.drawing.frame import Frame, Paper, segment
from morello.analysis.charts.drawing.label import in_words
from morello.analysis.charts.drawing.lettering import BOLD, letters, width
from morello.analysis.charts.drawing.scale import number_of

_LINE = 15.0
_ROOM = 190.0
_LABELS_MAX = 12


@dataclasses.dataclass(slots=True)
class _Taken:
    """Rectangles where letters already stand."""

    boxes: list[tuple[float, float, float, float]] = dataclasses.field(default_factory=list)

    def claim(self, left: float, baseline: float, wide: float) -> bool:
        """Take a place for a line of letters unless somebody stands there."""
        box = (left - 2, baseline - _LINE + 2, left + wide + 2, baseline + 4)
        if any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for other in self.boxes
        ):
            return False
        self.boxes.append(box)
        return True


def draw(chart: Chart, frame: Frame, paper: Paper, places: dict[str, float]) -> list[Safe]:
    """Draw the marks of an upright chart. `places` gives the x value of a category."""
    taken = _Taken()
    drawn: list[Safe] = []
    for each in chart.ranges:
        words = in_words(each.label, paper.language)
        drawn += _shade(edges(each, chart, frame, places), words, frame, taken)
    for mark in chart.marks:
        x = None
        if mark.x is not None:
            x = places.get(str(mark.x), number_of(mark.x, chart.x.scale))
        across, up = frame.x.place(x), frame.y.place(mark.y)
        words = in_words(mark.label, paper.language)
        if across is not None and up is not None:
            drawn += _point(across, up, words, frame, taken)
        elif across is not None and mark.y is None:
            drawn += _standing(across, words, frame, taken)
        elif up is not None and mark.x is None:
            drawn += _lying(up, words, frame, taken)
    return drawn


def edges(
    shaded: Range, chart: Chart, frame: Frame, places: dict[str, float]
) -> tuple[float, float]:
    """Return the pixels where a range begins and ends, within the plot."""
    found = []
    for position, open_end in ((shaded.start, frame.left), (shaded.end, frame.right)):
        value = None
        if position is not None:
            value = places.get(str(position), number_of(position, chart.x.scale))
        at = frame.x.place(value)
        found.append(open_end if at is None else min(max(at, frame.left), frame.right))
    return min(found), max(found)


def _shade(across: tuple[float, float], words: str, frame: Frame, taken: _Taken) -> list[Safe]:
    left, right = across
    area = element(
        "rect",
        element("title", words[:1000]) if words else None,
        x=left,
        y=frame.top,
        width=max(right - left, 1.0),
        height=frame.bottom - frame.top,
        class_="shade",
    )
    room = min(_ROOM, frame.right - frame.left)
    wide = min(width(words) * BOLD, room)
    start = min(max((left + right - wide) / 2, frame.left), frame.right - wide)
    for row in range(4):
        baseline = frame.top + 11 + row * _LINE
        if words and taken.claim(start, baseline, wide):
            return [area, letters(words, start, baseline, look="cherry", room=room)]
    return [area]


def _standing(at: float, words: str, frame: Frame, taken: _Taken) -> list[Safe]:
    line = segment(at, frame.top, at, frame.bottom, "ink-cherry dashed thin")
    room = min(_ROOM, frame.right - frame.left)
    wide = min(width(words) * BOLD, room)
    left = at + 5 if at + 5 + wide <= frame.right else max(at - 5 - wide, 0)
    for row in range(4):
        baseline = frame.top + 11 + row * _LINE
        if taken.claim(left, baseline, wide):
            return [line, letters(words, left, baseline, look="cherry", room=room)]
    return [line]


def _lying(at: float, words: str, frame: Frame, taken: _Taken) -> list[Safe]:
    line = segment(frame.left, at, frame.right, at, "ink-soft dashed thin")
    wide = min(width(words), _ROOM)
    for baseline in (at - 5, at + 14):
        for left in (frame.right - wide, frame.left + 4):
            if taken.claim(left, baseline, wide):
                return [line, letters(words, left, baseline, look="ink halo", room=_ROOM)]
    return [line]


def _point(x: float, y: float, words: str, frame: Frame, taken: _Taken) -> list[Safe]:
    ring = element("circle", element("title", words[:1000]), cx=x, cy=y, r=5.0, class_="ring")
    if len(taken.boxes) >= _LABELS_MAX:
        return [ring]
    room = min(_ROOM, (frame.right - frame.left) * 0.6)
    wide = min(width(words) * BOLD, room)
    for left, baseline in (
        (x + 9, y + 4), (x - 10 - wide, y + 4), (x - wide / 2, y - 10), (x - wide / 2, y + 19),
    ):  # fmt: skip
        fits = left >= 0 and left + wide <= frame.right + 4 and baseline >= frame.top
        if fits and baseline <= frame.bottom and taken.claim(left, baseline, wide):
            return [ring, letters(words, left, baseline, look="cherry", room=room)]
    return [ring]
