"""Columns: bars that stand along an axis of time or numbers."""

import itertools

from morello.analysis.charts.chart import Chart
from morello.analysis.charts.drawing import legend, mark
from morello.analysis.charts.drawing.category import lanes, name_of
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.charts.drawing.frame import Drawing, Frame, Paper, upright
from morello.analysis.charts.drawing.label import value_label
from morello.analysis.charts.drawing.look import Look, looks
from morello.analysis.charts.drawing.scale import Scale, number_of

_WIDEST = 42.0
_SHARE = 0.78


def fits(chart: Chart) -> bool:
    """Whether every x is a number or a time, so that columns can stand in their places."""
    found = [number_of(each, chart.x.scale) for series in chart.series for each in series.x]
    return bool(found) and None not in found


def draw(chart: Chart, paper: Paper) -> Drawing:
    """Draw upright bars."""
    positions = sorted(
        {number_of(each, chart.x.scale) or 0.0 for series in chart.series for each in series.x}
    )
    gap = min((b - a for a, b in itertools.pairwise(positions)), default=0.0)
    x = Scale.over(positions, chart.x.scale)
    if not x.logarithmic:
        x = x.between(positions[0] - gap / 2, positions[-1] + gap / 2)
    heights = [each for series in chart.series for each in series.y]
    y = Scale.over([*heights, *(each.y for each in chart.marks)], chart.y.scale, zero=True)
    frame, base = upright(chart, paper, x, y)
    between = frame.x.at(frame.x.low + gap) - frame.left if gap and not x.logarithmic else _WIDEST
    wide = max(min(between * _SHARE, _WIDEST), 0.7)
    shapes = list(base.shapes)
    taken = lanes(chart)
    for (series, look), lane in zip(looks(chart), taken, strict=True):
        share = wide / len(set(taken))
        for position, value in zip(series.x, series.y, strict=True):
            middle = frame.x.place(number_of(position, chart.x.scale))
            if value is None or middle is None:
                continue
            name = f"{name_of(position, chart, paper.language)}: "
            says = name + value_label(value, paper.language)
            shapes.append(
                _column(frame, middle - wide / 2 + lane * share, share, value, look, says)
            )
    shapes += mark.draw(chart, frame, paper, {})
    return legend.under(chart, paper, Drawing(base.height, shapes))


def _column(frame: Frame, left: float, wide: float, value: float, look: Look, says: str) -> Safe:
    end = frame.y.at(value)
    zero = frame.bottom if frame.y.logarithmic else frame.y.at(0.0)
    return element(
        "rect",
        element("title", says),
        x=left,
        y=min(end, zero),
        width=wide,
        height=max(abs(zero - end), 1.0),
        class_=look.fill,
    )
