"""A chart as SVG: deterministic, accessible (W3C SVG-AAM), without script or outside parts."""

from morello.analysis.charts.chart import Chart
from morello.analysis.charts.description import describe
from morello.analysis.charts.drawing.element import Safe, element, pixels
from morello.analysis.charts.drawing.frame import Drawing, Paper
from morello.analysis.charts.drawing.label import in_words
from morello.analysis.charts.drawing.lettering import letters
from morello.analysis.charts.drawing.style import STYLE
from morello.analysis.charts.kinds import (
    bar,
    box,
    calendar,
    heatmap,
    histogram,
    line,
    multiples,
    scatter,
    slope,
    waterfall,
)  # fmt: skip
from morello.analysis.charts.percent import in_percent
from morello.kernel.messages import Message, render

WIDE = 560.0
"""Pixels: beside or under text on a desk."""
NARROW = 300.0
"""Pixels: on a phone."""

_KINDS = {
    "bar": bar.draw,
    "box": box.draw,
    "calendar": calendar.draw,
    "heatmap": heatmap.draw,
    "histogram": histogram.draw,
    "line": line.draw,
    "multiples": multiples.draw,
    "scatter": scatter.draw,
    "slope": slope.draw,
    "waterfall": waterfall.draw,
}


def draw(chart: Chart, language: str, *, width: float = WIDE, with_style: bool = True) -> Safe:
    """Draw a chart `width` pixels wide (it then scales with its place).

    `with_style` puts its colours inside, for a picture that stands alone; a page that holds many
    writes `drawing.style.STYLE` once instead.
    """
    chart = in_percent(chart)
    paper = Paper(width, language)
    drawing = _KINDS[chart.kind](chart, paper) if _has_values(chart) else _empty(paper)
    title = in_words(chart.title, language)
    description = describe(chart, language)
    return element(
        "svg",
        element("title", title),
        element("desc", description),
        element("style", STYLE) if with_style else None,
        *drawing.shapes,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {pixels(width)} {pixels(drawing.height)}",
        class_="morello-chart",
        lang=language,
        role="img",
        aria_label=f"{title}. {description}",
    )


def _has_values(chart: Chart) -> bool:
    return any(value is not None for series in chart.series for value in series.y)


def _empty(paper: Paper) -> Drawing:
    words = render(Message(id="chart.description.empty"), paper.language)
    return Drawing(64.0, [letters(words, paper.width / 2, 36, anchor="middle", room=paper.width)])
