"""Histogram: counts between edges, as bars that touch; edges may be unevenly apart."""

from collections.abc import Iterator

from morello.analysis.charts.chart import Chart, Series
from morello.analysis.charts.drawing import legend, mark
from morello.analysis.charts.drawing.category import name_of
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.charts.drawing.frame import Drawing, Frame, Paper, upright
from morello.analysis.charts.drawing.label import value_label
from morello.analysis.charts.drawing.look import Look, looks
from morello.analysis.charts.drawing.scale import Scale, number_of

_LEAST = 1.0
"""Pixels a bar that is not empty is high at least, so that a single outlier shows."""


def draw(chart: Chart, paper: Paper) -> Drawing:
    """Draw a histogram."""
    edges = [number_of(each, chart.x.scale) for series in chart.series for each in series.x]
    marked = [number_of(each.x, chart.x.scale) for each in chart.marks if each.x is not None]
    x = Scale.over(edges + marked, chart.x.scale, pad=0.01)
    counts = [each for series in chart.series for each in series.y]
    y = Scale.over([*counts, *(each.y for each in chart.marks)], chart.y.scale, zero=True)
    frame, base = upright(chart, paper, x, y)
    shapes = list(base.shapes)
    for series, look in looks(chart):
        shapes += _bars(chart, series, look, frame, paper.language)
    shapes += mark.draw(chart, frame, paper, {})
    return legend.under(chart, paper, Drawing(base.height, shapes))


def _bars(chart: Chart, series: Series, look: Look, frame: Frame, language: str) -> Iterator[Safe]:
    for left, right, count in zip(series.x, series.x[1:], series.y, strict=False):
        low, high = (number_of(each, chart.x.scale) for each in (left, right))
        start, end, up = frame.x.place(low), frame.x.place(high), frame.y.place(count)
        if start is None or end is None or up is None or not count:
            continue
        height = max(frame.bottom - up, _LEAST)
        gap = 1.0 if end - start > 4 else 0.0  # noqa: PLR2004 - pixels
        span = f"{name_of(left, chart, language)} … {name_of(right, chart, language)}"
        says = f"{span}: {value_label(count, language)}"
        yield element(
            "rect",
            element("title", says),
            x=min(start, end),
            y=frame.bottom - height,
            width=max(abs(end - start) - gap, 0.6),
            height=height,
            class_=look.fill,
        )
