"""The look of each series: a colour, and a dash or shape so that colour is never alone."""

import dataclasses

from morello.analysis.charts.chart import Chart, Series
from morello.analysis.charts.drawing.style import DASHES, SERIES


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """Class names of `style.py` (`fill-…`, `ink-…`), and what tells it apart without colour."""

    fill: str
    ink: str
    text: str
    dash: str | None
    shape: int
    """0 is a dot; others are drawn as squares, diamonds, triangles."""


_HIGHLIGHT = Look("fill-cherry", "ink-cherry", "cherry", None, 2)
_REFERENCE = Look("fill-quiet", "ink-soft", "ink", "4 3", 1)
_MUTED = Look("fill-quiet", "ink-quiet", "", None, 0)


def looks(chart: Chart) -> list[tuple[Series, Look]]:
    """Give each series its look, in order. Beside a highlight, a lone plain series is grey bars."""
    highlighted = any(each.role == "highlight" for each in chart.series)
    plain = sum(each.role == "plain" for each in chart.series)
    solid = chart.kind in ("bar", "histogram", "box")
    found, index = [], 0
    for series in chart.series:
        if series.role == "highlight":
            look = _HIGHLIGHT
        elif series.role == "reference":
            look = _REFERENCE
        elif series.role == "muted":
            look = _MUTED
        else:
            look = _plain(index)
            index += chart.kind != "box"  # boxes are told apart by their names
            if highlighted and solid and (plain == 1 or chart.kind == "box"):
                look = dataclasses.replace(look, fill="fill-bar", ink="ink-soft")
        found.append((series, look))
    return found


def _plain(index: int) -> Look:
    colour = index % SERIES
    dash = DASHES[index % len(DASHES)] or None
    return Look(f"fill-{colour}", f"ink-{colour}", f"text-{colour}", dash, index % 4)
