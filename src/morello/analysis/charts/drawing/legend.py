"""A legend under a chart, where series cannot be named in place."""

from morello.analysis.charts.chart import Chart, Series
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.charts.drawing.frame import Drawing, Paper
from morello.analysis.charts.drawing.lettering import letters, width
from morello.analysis.charts.drawing.look import Look, looks

_ROW = 20.0
_SIGN = 18.0
_GAP = 18.0


def under(chart: Chart, paper: Paper, drawing: Drawing) -> Drawing:
    """Add a legend when more than one series has a name."""
    named = [(series, look) for series, look in looks(chart) if series.name]
    if len(named) < 2:  # noqa: PLR2004 - one needs no key
        return drawing
    shapes, left, row = list(drawing.shapes), 0.0, 0
    for series, look in named:
        wide = _SIGN + min(width(series.name), paper.width - _SIGN)
        if left and left + wide > paper.width:
            left, row = 0.0, row + 1
        baseline = drawing.height + row * _ROW + 14
        shapes.append(_sign(chart, series, look, left, baseline))
        shapes.append(
            letters(series.name, left + _SIGN, baseline, look="ink", room=paper.width - _SIGN)
        )
        left += wide + _GAP
    return Drawing(drawing.height + (row + 1) * _ROW, shapes)


def _sign(chart: Chart, series: Series, look: Look, left: float, baseline: float) -> Safe:
    middle = baseline - 4
    if chart.kind != "scatter":
        return element("rect", x=left, y=middle - 6, width=12, height=12, class_=look.fill, rx=2)
    if series.role == "reference":
        return element(
            "path", d=f"M{left} {middle}h13", class_=f"line {look.ink}", stroke_dasharray="6 4"
        )
    shapes = ("h0", "m-3-3h6v6h-6z", "m0-5l5 5-5 5-5-5z", "m0-4l4 7h-8z")
    place = f"M{left + 6} {middle}{shapes[look.shape]}"
    if look.shape == 0:
        return element("path", d=place, class_=f"dots {look.ink}", stroke_width="6")
    return element("path", d=place, class_=look.fill)
