"""Rows: categories down the left side and one value axis across, for bars and boxes."""

import dataclasses

from morello.analysis.charts.chart import Chart
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.charts.drawing.frame import Paper, axis_title, segment
from morello.analysis.charts.drawing.label import in_words
from morello.analysis.charts.drawing.lettering import BOLD, letters, width
from morello.analysis.charts.drawing.scale import Scale
from morello.kernel.messages import Message, render

ROWS_MAX = 30
_HEAD = 26.0
_NAME_SHARE = 0.36
_GAP = 10.0
_LINE = 16.0
_STRONG = "◆ "
"""Stands before a highlighted name: colour is never alone."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rows:
    """Where rows are: the names shown, pixels of the plot's edges, and the scale across."""

    names: list[str]
    left: float
    top: float
    right: float
    height: float
    """Pixels of one row."""
    values: Scale

    @property
    def bottom(self) -> float:
        """The pixel under the last row."""
        return self.top + self.height * len(self.names)

    def middle(self, index: int) -> float:
        """Return the pixel in the middle of a row."""
        return self.top + self.height * (index + 0.5)


def lay_out(
    chart: Chart,
    paper: Paper,
    names: list[str],
    values: Scale,
    *,
    height: float,
    room: tuple[float, float] = (0.0, 0.0),
) -> Rows:
    """Place the rows; `room` is kept free for labels left and right of the plot."""
    shown = names[:ROWS_MAX]
    highlighted = any(each.role == "highlight" for each in chart.series)
    widest = max((width(_STRONG + each if highlighted else each) for each in shown), default=0.0)
    widest *= BOLD if highlighted else 1.0
    left = min(widest, paper.width * _NAME_SHARE) + _GAP + room[0]
    right = paper.width - room[1] - 2
    heads = sum(each.x is None for each in chart.marks[:3])
    top = (_HEAD if axis_title(chart.y, paper.language) else 6.0) + heads * _LINE
    return Rows(shown, left, top, right, height, values.onto(left, right))


def names(rows: Rows, strong: set[int], room: float, *, sign: bool = True) -> list[Safe]:
    """Write the names; those in `strong` are set apart by weight and a sign, not colour alone."""
    drawn = []
    for index, name in enumerate(rows.names):
        is_strong = index in strong
        drawn.append(
            letters(
                _STRONG + name if is_strong and sign else name,
                0,
                rows.middle(index) + 4,
                look="strong" if is_strong else "ink",
                room=room,
            )
        )
    return drawn


def title(chart: Chart, paper: Paper) -> Safe:
    """Write what the values are above the rows."""
    words = axis_title(chart.y, paper.language)
    return letters(words, 0, 12, room=paper.width) if words else Safe()


def more(rows: Rows, total: int, paper: Paper) -> tuple[list[Safe], float]:
    """Say how many rows were left out; return it with the height it takes."""
    left_out = total - len(rows.names)
    if not left_out:
        return [], 0.0
    words = render(Message(id="chart.more", parameters={"count": left_out}), paper.language)
    return [letters(words, 0, rows.bottom + 14)], 20.0


def marks(chart: Chart, rows: Rows, paper: Paper) -> list[Safe]:
    """Draw marks: a line down at a value, or a ring on a row."""
    drawn: list[Safe] = []
    head = rows.top - 5
    for mark in chart.marks:
        at = rows.values.place(mark.y)
        if at is None:
            continue
        words = in_words(mark.label, paper.language)
        if mark.x is None:
            drawn.append(segment(at, head + 2, at, rows.bottom, "ink-soft dashed thin"))
            half = min(width(words), paper.width) / 2
            middle = min(max(at, half), paper.width - half)
            drawn.append(
                letters(words, middle, head, anchor="middle", look="ink halo", room=paper.width)
            )
            head -= _LINE
        elif str(mark.x) in rows.names:
            up = rows.middle(rows.names.index(str(mark.x)))
            tip = element("title", words[:1000])
            drawn.append(element("circle", tip, cx=at, cy=up, r=5.0, class_="ring"))
    return drawn
