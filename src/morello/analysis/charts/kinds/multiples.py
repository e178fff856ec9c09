"""Small multiples: a small line panel for each series, all with the same axes."""

from morello.analysis.charts.chart import Chart, Series
from morello.analysis.charts.drawing.category import places
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.charts.drawing.frame import (
    Drawing,
    Frame,
    Paper,
    Ticks,
    axis_title,
    segment,
    ticks_of,
)  # fmt: skip
from morello.analysis.charts.drawing.lettering import letters, width
from morello.analysis.charts.drawing.look import Look, looks
from morello.analysis.charts.drawing.mark import edges
from morello.analysis.charts.drawing.scale import Scale, number_of
from morello.analysis.charts.kinds.line import (
    band,
    heights_of,
    kind_of,
    path,
    points_of,
    positions,
)  # fmt: skip
from morello.kernel.messages import Message, render

PANELS_MAX = 24
_PANEL_WIDTH = 118.0
_PANEL_HEIGHT = 74.0
_NAME = 18.0
_FOOT = 20.0
_GAP = 14.0
_TOP = 22.0
_LOOK = Look("fill-0", "ink-0", "text-0", None, 0)


def draw(chart: Chart, paper: Paper) -> Drawing:
    """Draw small multiples, in the order of the series."""
    categories = places(chart)
    shown = looks(chart)[:PANELS_MAX]
    xs = [positions(each, chart, categories) for each, _ in shown]
    x = Scale.over([v for line in xs for v in line], kind_of(chart))
    y = Scale.over(heights_of(chart), chart.y.scale, pad=0.06)
    ticks = ticks_of(y, chart.y.scale, 3, paper.language)
    left = max((width(text) for _, text in ticks), default=0.0) + 8
    columns = max(1, int((paper.width - left + _GAP) / (_PANEL_WIDTH + _GAP)))
    wide = (paper.width - left - 4 - _GAP * (columns - 1)) / columns
    rows = -(-len(shown) // columns)
    shapes: list[Safe] = [
        letters(axis_title(chart.y, paper.language), 0, 12, look="ink", room=paper.width)
    ]
    for index, ((series, look), line) in enumerate(zip(shown, xs, strict=True)):
        row, column = divmod(index, columns)
        start = left + column * (wide + _GAP)
        top = _TOP + row * (_NAME + _PANEL_HEIGHT + _GAP) + _NAME
        frame = Frame(
            start, top, start + wide, top + _PANEL_HEIGHT,
            x.onto(start, start + wide), y.onto(top + _PANEL_HEIGHT, top),
        )  # fmt: skip
        shapes += _panel(chart, series, look if look.text == "cherry" else _LOOK, line, frame)
        shapes += _across(frame, ticks, labelled=column == 0)
        if index + columns >= len(shown):
            shapes += _below(chart, frame, paper, categories)
    foot = _TOP + rows * (_NAME + _PANEL_HEIGHT + _GAP) + _FOOT
    left_out = len(chart.series) - len(shown)
    if left_out:
        words = Message(id="chart.more", parameters={"count": left_out})
        shapes.append(letters(render(words, paper.language), 0, foot))
    return Drawing(foot + (8 if left_out else 0), shapes)


def _panel(
    chart: Chart, series: Series, look: Look, line: list[float | None], frame: Frame
) -> list[Safe]:
    name = letters(
        series.name, frame.left, frame.top - 6, look="cherry" if look.text == "cherry" else "ink",
        room=frame.right - frame.left,
    )  # fmt: skip
    drawn = [name]
    for each in chart.ranges:
        start, end = edges(each, chart, frame, places(chart))
        drawn.append(
            element(
                "rect", x=start, y=frame.top, width=max(end - start, 1.0),
                height=frame.bottom - frame.top, class_="shade",
            )
        )  # fmt: skip
    points = points_of(line, series.y, frame)
    drawn += [band(series, line, look, frame), path(series, points, look)]
    for mark in chart.marks:
        value = None
        if mark.x is not None:
            value = places(chart).get(str(mark.x), number_of(mark.x, chart.x.scale))
        at = frame.x.place(value)
        if at is not None and mark.y is None and frame.left <= at <= frame.right:
            drawn.append(segment(at, frame.top, at, frame.bottom, "ink-cherry dashed thin"))
    return drawn


def _across(frame: Frame, ticks: Ticks, *, labelled: bool) -> list[Safe]:
    drawn = []
    for value, text in ticks:
        at = frame.y.at(value)
        drawn.append(segment(frame.left, at, frame.right, at, "axis" if value == 0 else "grid"))
        if labelled:
            drawn.append(letters(text, frame.left - 6, at + 4, anchor="end"))
    return drawn


def _below(chart: Chart, frame: Frame, paper: Paper, categories: dict[str, float]) -> list[Safe]:
    """Name where x begins and ends, under the lowest panel of a column."""
    wide = frame.right - frame.left
    ticks: Ticks = (
        [(place, name) for name, place in categories.items()]
        if categories
        else ticks_of(frame.x, chart.x.scale, 3, paper.language)
    )
    chosen = [ticks[0], ticks[-1]] if len(ticks) > 1 else list(ticks)
    return [
        letters(
            text,
            frame.left if index == 0 else frame.right,
            frame.bottom + 15,
            anchor="start" if index == 0 else "end",
            room=wide / 2 - 4,
        )
        for index, (_, text) in enumerate(chosen)
    ]
