"""Boxes: five numbers a row (low, quartiles, median, high), lying, with outliers as rings."""

from morello.analysis.charts.chart import Chart, Series
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.charts.drawing.frame import Drawing, Paper, segment, ticks_of
from morello.analysis.charts.drawing.label import value_label
from morello.analysis.charts.drawing.lettering import letters
from morello.analysis.charts.drawing.look import Look, looks
from morello.analysis.charts.drawing.scale import Scale
from morello.analysis.charts.kinds import rows
from morello.analysis.charts.kinds.rows import Rows

_ROW = 34.0
_BOX = 16.0
_TICK_ROOM = 56.0


def draw(chart: Chart, paper: Paper) -> Drawing:
    """Draw a box chart."""
    values = [each for series in chart.series for each in series.y]
    scale = Scale.over([*values, *(each.y for each in chart.marks)], chart.y.scale, pad=0.03)
    names = [each.name for each in chart.series]
    layout = rows.lay_out(chart, paper, names, scale, height=_ROW, room=(0.0, 8.0))
    shapes: list[Safe] = [rows.title(chart, paper), *_below(chart, layout, paper)]
    strong = set()
    for index, (series, look) in enumerate(looks(chart)[: len(layout.names)]):
        if series.role == "highlight":
            strong.add(index)
        shapes += _box(layout, layout.middle(index), series, look, paper.language)
    shapes += rows.names(layout, strong, paper.width * 0.36)
    shapes += rows.marks(chart, layout, paper)
    rest, extra = rows.more(layout, len(names), paper)
    moved = [element("g", *rest, transform="translate(0 22)")] if rest else []
    return Drawing(layout.bottom + 24 + extra, [*shapes, *moved])


def _below(chart: Chart, layout: Rows, paper: Paper) -> list[Safe]:
    count = max(2, int((layout.right - layout.left) / _TICK_ROOM))
    drawn = []
    for value, text in ticks_of(layout.values, chart.y.scale, count, paper.language):
        at = layout.values.at(value)
        drawn.append(segment(at, layout.top, at, layout.bottom, "grid"))
        drawn.append(letters(text, at, layout.bottom + 16, anchor="middle", room=_TICK_ROOM))
    return drawn


def _box(layout: Rows, middle: float, series: Series, look: Look, language: str) -> list[Safe]:
    low, left, centre, right, high = (layout.values.place(each) for each in series.y)
    if low is None or left is None or centre is None or right is None or high is None:
        return []
    says = f"{series.name}: " + ", ".join(value_label(v or 0.0, language) for v in series.y)
    top = middle - _BOX / 2
    return [
        segment(low, middle, high, middle, f"{look.ink} thin"),
        segment(low, middle - 4, low, middle + 4, look.ink),
        segment(high, middle - 4, high, middle + 4, look.ink),
        element(
            "rect",
            element("title", says),
            x=min(left, right),
            y=top,
            width=max(abs(right - left), 1.0),
            height=_BOX,
            class_=f"hollow {look.ink}",
            rx=2,
        ),
        element("line", x1=centre, y1=top, x2=centre, y2=top + _BOX, class_=f"line {look.ink}"),
    ]
