"""Scatter: a dot for each pair; series differ by colour and shape."""

from collections import Counter

from morello.analysis.charts.chart import Chart, Series
from morello.analysis.charts.drawing import legend, mark
from morello.analysis.charts.drawing.category import places
from morello.analysis.charts.drawing.element import Safe, element, join, pixels
from morello.analysis.charts.drawing.frame import Drawing, Frame, Paper, upright
from morello.analysis.charts.drawing.look import Look, looks
from morello.analysis.charts.drawing.scale import Scale, number_of
from morello.analysis.charts.kinds.line import band, heights_of

_SHAPES = ("h0", "m-3-3h6v6h-6z", "m0-5l5 5-5 5-5-5z", "m0-4l4 7h-8z")
_DOT = 4
_DOT_MAX = 12
_LAYERS = ("muted", "plain", "highlight", "reference")
"""What is drawn over what."""


def draw(chart: Chart, paper: Paper) -> Drawing:
    """Draw a scatter chart. A series of role `reference` is drawn as a line (a fit)."""
    categories = places(chart)
    kind = "linear" if categories else chart.x.scale
    x = Scale.over(
        [_across(p, chart, categories) for s in chart.series for p in s.x]
        + [_across(m.x, chart, categories) for m in chart.marks if m.x is not None],
        kind,
        pad=0.03,
        past_zero=bool(categories),
    )
    heights = list(heights_of(chart))
    y = Scale.over(heights, chart.y.scale, pad=0.03, past_zero=False)
    ticks = [(place, name) for name, place in categories.items()] if categories else None
    frame, base = upright(chart, paper, x, y, x_ticks=ticks)
    shapes = list(base.shapes)
    for series, look in sorted(looks(chart), key=lambda each: _LAYERS.index(each[0].role)):
        if series.role == "reference":
            along = [_across(each, chart, categories) for each in series.x]
            shapes.append(band(series, along, look, frame))
        pixels_ = [_pixel(*point, chart, frame, categories) for point in _pairs(series)]
        shapes.append(_dots(series, [each for each in pixels_ if each is not None], look))
    shapes += mark.draw(chart, frame, paper, categories)
    return legend.under(chart, paper, Drawing(base.height, shapes))


def _pairs(series: Series) -> list[tuple[float | str, float | None]]:
    return list(zip(series.x, series.y, strict=True))


def _across(position: float | str, chart: Chart, categories: dict[str, float]) -> float | None:
    if categories:
        return categories.get(str(position))
    return number_of(position, chart.x.scale)


def _pixel(
    position: float | str,
    height: float | None,
    chart: Chart,
    frame: Frame,
    categories: dict[str, float],
) -> tuple[float, float] | None:
    across = frame.x.place(_across(position, chart, categories))
    up = frame.y.place(height)
    return None if across is None or up is None else (across, up)


def _dots(series: Series, points: list[tuple[float, float]], look: Look) -> Safe:
    if series.role == "reference":
        path = "L".join(f"{pixels(x)} {pixels(y)}" for x, y in sorted(points))
        return element(
            "path",
            element("title", series.name) if series.name else None,
            d=f"M{path}" if path else "",
            class_=f"line {look.ink}",
            stroke_dasharray=None if series.lower else "6 4",
        )
    shape = _SHAPES[look.shape]
    title = element("title", series.name) if series.name else None
    # Points on the same pixel would hide each other: they are drawn once, and larger.
    counts = Counter(f"M{pixels(x)} {pixels(y)}{shape}" for x, y in points)
    if shape != "h0":
        return element("path", title, d="".join(counts), class_=look.fill)
    by_size: dict[float, list[str]] = {}
    for step, count in counts.items():
        by_size.setdefault(_size(count), []).append(step)
    return join(
        *(
            element(
                "path", title, d="".join(steps), class_=f"dots {look.ink}", stroke_width=f"{size:g}"
            )
            for size, steps in sorted(by_size.items())
        )
    )


def _size(count: int) -> float:
    """Return how wide a dot for so many points is: its area grows with them, up to a limit."""
    return float(min(round(_DOT * count**0.5), _DOT_MAX))
