"""Heatmap: a cell for each pair, stronger colour for larger values, two colours for two signs."""

import math

from morello.analysis.charts.chart import Chart
from morello.analysis.charts.drawing.category import name_of, order
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.charts.drawing.frame import Drawing, Paper, axis_title
from morello.analysis.charts.drawing.label import value_label
from morello.analysis.charts.drawing.lettering import letters, shorten, width
from morello.analysis.charts.drawing.style import HEATS

_TOP = 24.0
_NAME_SHARE = 0.28
_CELL_HEIGHT = (18.0, 34.0)
_SLANT = 0.62
_FOOT_MAX = 96.0
_DIGITS_BELOW = 10
_SLANTED = 20.0
"""Pixels between slanted names."""


def draw(chart: Chart, paper: Paper) -> Drawing:
    """Draw a heatmap: a series is a row, its x are columns."""
    columns = order(chart)
    labels = [name_of(each, chart, paper.language) for each in columns]
    widest = max((width(each.name) for each in chart.series), default=0.0)
    left = min(widest, paper.width * _NAME_SHARE) + 8
    across = (paper.width - left - 2) / max(len(columns), 1)
    high = min(max(across * 0.7, _CELL_HEIGHT[0]), _CELL_HEIGHT[1])
    largest = max((abs(v) for s in chart.series for v in s.y if v is not None), default=0.0)
    fits = _fits(chart, across, paper)
    shapes = [letters(axis_title(chart.y, paper.language), 0, 12, room=paper.width)]
    for row, series in enumerate(chart.series):
        top = _TOP + row * high
        shapes.append(letters(series.name, 0, top + high / 2 + 4, look="ink", room=left - 8))
        for position, value in zip(series.x, series.y, strict=True):
            if value is None:
                continue
            index = int(columns[str(position)])
            says = f"{series.name}, {labels[index]}: {value_label(value, paper.language)}"
            place = (left + index * across, top, across, high)
            words = _words(value, paper) if fits else ""
            shapes += _cell(place, value / largest if largest else 0.0, says, words)
    under = _TOP + len(chart.series) * high
    foot, names = _columns(labels, left, across, under)
    return Drawing(under + foot, [*shapes, *names])


def _cell(
    place: tuple[float, float, float, float], share: float, says: str, words: str
) -> list[Safe]:
    left, top, wide, high = place
    cell = element(
        "rect",
        element("title", says),
        x=left + 0.5,
        y=top + 0.5,
        width=max(wide - 1, 0.5),
        height=high - 1,
        class_=f"{'fill-1' if share < 0 else 'fill-0'} {heat(abs(share))}",
        rx=2,
    )
    if not words:
        return [cell]
    return [
        cell,
        letters(words, left + wide / 2, top + high / 2 + 4, anchor="middle", look="ink"),
    ]


def heat(share: float) -> str:
    """Return the class of a cell as strong as `share` (0 to 1) of the strongest."""
    return f"heat-{min(int(share * HEATS), HEATS - 1)}"


def _words(value: float, paper: Paper) -> str:
    return value_label(round(value, 2) if abs(value) < _DIGITS_BELOW else value, paper.language)


def _fits(chart: Chart, across: float, paper: Paper) -> bool:
    """Whether every number has room in its cell; else none is written."""
    known = [value for series in chart.series for value in series.y if value is not None]
    return all(width(_words(value, paper)) <= across - 4 for value in known)


def _columns(labels: list[str], left: float, across: float, top: float) -> tuple[float, list[Safe]]:
    """Name the columns: level where there is room, slanted where there is not."""
    widest = max((width(each) for each in labels), default=0.0)
    middles = [left + (index + 0.5) * across for index in range(len(labels))]
    if widest <= across - 4:
        return 22.0, [
            letters(each, middle, top + 15, anchor="middle")
            for each, middle in zip(labels, middles, strict=True)
        ]
    every = max(1, math.ceil(_SLANTED / across))
    drawn = []
    for label, middle in list(zip(labels, middles, strict=True))[::every]:
        room = min(_FOOT_MAX, middle / _SLANT - 4)
        text = element(
            "text",
            element("title", label[:1000]),
            shorten(label, room),
            text_anchor="end",
            transform=f"translate({middle + 4:.1f} {top + 12:.1f}) rotate(-40)",
        )
        drawn.append(text)
    return min(widest, _FOOT_MAX) * _SLANT + 22, drawn
