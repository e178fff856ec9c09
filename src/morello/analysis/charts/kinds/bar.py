"""Bars: one per category lying in rows, with its value at its end; columns along time."""

from morello.analysis.charts.chart import Chart, Series
from morello.analysis.charts.drawing import legend
from morello.analysis.charts.drawing.category import lanes, name_of, order
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.charts.drawing.frame import Drawing, Paper, segment
from morello.analysis.charts.drawing.label import value_label
from morello.analysis.charts.drawing.lettering import BOLD, letters, width
from morello.analysis.charts.drawing.look import Look, looks
from morello.analysis.charts.drawing.scale import Scale
from morello.analysis.charts.kinds import column, rows
from morello.analysis.charts.kinds.rows import Rows

_BAR = 17.0
_GAP = 9.0
_VALUE_GAP = 6.0


def draw(chart: Chart, paper: Paper) -> Drawing:
    """Draw a bar chart."""
    if chart.x.scale != "category" and column.fits(chart):
        return column.draw(chart, paper)
    categories = order(chart)
    taken = lanes(chart)
    names = [name_of(each, chart, paper.language) for each in categories]
    layout = rows.lay_out(
        chart,
        paper,
        names,
        _values(chart),
        height=_BAR * len(set(taken)) + _GAP,
        room=_room(chart, paper.language),
    )
    shapes: list[Safe] = [rows.title(chart, paper)]
    strong: set[int] = set()
    for (series, look), lane in zip(looks(chart), taken, strict=True):
        for position, value, interval in _bars(series):
            index = int(categories[str(position)])
            if value is None or index >= len(layout.names):
                continue
            if series.role == "highlight":
                strong.add(index)
            top = layout.top + layout.height * index + _GAP / 2 + _BAR * lane
            shapes += _whisker(layout, top + _BAR / 2, interval)
            reach = interval[0] if value < 0 else interval[1]
            label = (value_label(value, paper.language), layout.values.place(reach))
            shapes += _bar(layout, top, value, look, label)
    at_zero = layout.values.at(0.0)
    shapes.append(segment(at_zero, layout.top, at_zero, layout.bottom, "axis"))
    shapes += rows.names(layout, strong, paper.width * 0.36)
    shapes += rows.marks(chart, layout, paper)
    rest, extra = rows.more(layout, len(names), paper)
    drawing = Drawing(layout.bottom + extra + 4, [*shapes, *rest])
    return legend.under(chart, paper, drawing) if len(set(taken)) > 1 else drawing


def _bars(
    series: Series,
) -> list[tuple[float | str, float | None, tuple[float | None, float | None]]]:
    empty: list[float | None] = [None] * len(series.y)
    bounds = zip(series.lower or empty, series.upper or empty, strict=True)
    return list(zip(series.x, series.y, bounds, strict=True))


def _values(chart: Chart) -> Scale:
    found = [each for series in chart.series for each in series.y]
    found += [each for series in chart.series for each in (series.lower or [])]
    found += [each for series in chart.series for each in (series.upper or [])]
    found += [each.y for each in chart.marks]
    return Scale.over(found, chart.y.scale, zero=True)


def _room(chart: Chart, language: str) -> tuple[float, float]:
    """Keep free what the widest value needs, left of negative and right of positive bars."""
    known = [each for series in chart.series for each in series.y if each is not None]
    negative = [width(value_label(each, language)) * BOLD for each in known if each < 0]
    positive = [width(value_label(each, language)) * BOLD for each in known if each >= 0]
    return (
        max(negative, default=-_VALUE_GAP) + _VALUE_GAP,
        max(positive, default=-_VALUE_GAP) + _VALUE_GAP,
    )


def _bar(
    layout: Rows, top: float, value: float, look: Look, label: tuple[str, float | None]
) -> list[Safe]:
    """Draw a bar and its label beyond it, or beyond where its interval reaches."""
    zero, end = layout.values.at(0.0), layout.values.place(value)
    if end is None:
        return []
    words, reach = label
    beyond = reach if reach is not None else end
    rectangle = element(
        "rect",
        x=min(zero, end),
        y=top + 1,
        width=max(abs(end - zero), 1.0),
        height=_BAR - 2,
        class_=look.fill,
        rx=2,
    )
    baseline = top + _BAR / 2 + 4
    text = "cherry" if look.text == "cherry" else "ink halo"
    if value < 0:
        return [rectangle, letters(words, beyond - _VALUE_GAP, baseline, anchor="end", look=text)]
    return [rectangle, letters(words, beyond + _VALUE_GAP, baseline, look=text)]


def _whisker(
    layout: Rows, middle: float, interval: tuple[float | None, float | None]
) -> list[Safe]:
    low, high = layout.values.place(interval[0]), layout.values.place(interval[1])
    if low is None or high is None:
        return []
    return [
        segment(low, middle, high, middle, "ink-soft"),
        segment(low, middle - 4, low, middle + 4, "ink-soft"),
        segment(high, middle - 4, high, middle + 4, "ink-soft"),
    ]
