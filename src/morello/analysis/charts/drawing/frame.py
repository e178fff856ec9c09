"""The frame of a chart: the plot's rectangle, its two axes, gridlines and titles."""

import dataclasses
from collections.abc import Sequence

from morello.analysis.charts.chart import MONTH, WEEKDAY, Axis, Chart
from morello.analysis.charts.chart import Scale as Kind
from morello.analysis.charts.drawing import label, tick
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.charts.drawing.lettering import letters, width
from morello.analysis.charts.drawing.scale import Scale

_TITLE_BAND = 20.0
_TICK_BAND = 20.0
_GAP = 8.0
_TICK_ROOM = 74.0
_TICK_HEIGHT = 52.0
_LABEL_MAX = 90.0

Ticks = Sequence[tuple[float, str]]
"""Values on a scale and what is written there."""


@dataclasses.dataclass(frozen=True, slots=True)
class Paper:
    """What a chart is drawn on: pixels wide, and the reader's language."""

    width: float
    language: str

    @property
    def is_narrow(self) -> bool:
        """Whether it is a phone's."""
        return self.width < 420  # noqa: PLR2004 - pixels


@dataclasses.dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes, and how many pixels they are high."""

    height: float
    shapes: list[Safe]


@dataclasses.dataclass(frozen=True, slots=True)
class Frame:
    """Where the plot is: pixels of its edges, and the scales across and up."""

    left: float
    top: float
    right: float
    bottom: float
    x: Scale
    y: Scale


def axis_title(axis: Axis, language: str) -> str:
    """Return the title with its unit."""
    title = label.in_words(axis.title, language)
    if axis.unit in (WEEKDAY, MONTH):
        return title
    return f"{title} ({axis.unit})" if title and axis.unit else title or axis.unit


def ticks_of(scale: Scale, kind: Kind, count: int, language: str, *, whole: bool = False) -> Ticks:
    """Choose and label about `count` ticks."""
    if kind == "time":
        unit, step = tick.time_step(scale, count)
        moments = tick.time_ticks(scale, unit, step)
        texts = label.time_labels(moments, unit, step, language)
        return list(zip((each.timestamp() for each in moments), texts, strict=True))
    if scale.logarithmic:
        values = tick.log_ticks(scale, count)
        return list(zip(values, label.log_labels(values, language), strict=True))
    values = tick.linear_ticks(scale, tick.linear_step(scale, count, whole=whole))
    return list(zip(values, label.tick_labels(values, language), strict=True))


def upright(
    chart: Chart,
    paper: Paper,
    x: Scale,
    y: Scale,
    *,
    x_ticks: Ticks | None = None,
    right_room: float = _GAP,
) -> tuple[Frame, Drawing]:
    """Lay out a plot with values going up; return it with its axes drawn.

    `x_ticks` replaces the ticks along x (categories); `right_room` is kept free for labels.
    """
    height = 240.0 if paper.is_narrow else 290.0
    top = _TITLE_BAND + _GAP
    bottom = height - _TICK_BAND - (_TITLE_BAND if axis_title(chart.x, paper.language) else 0)
    count = max(2, int((bottom - top) / _TICK_HEIGHT))
    if not y.logarithmic and chart.y.scale != "time":
        whole = all(v is None or v == int(v) for s in chart.series for v in s.y)
        y = tick.to_round_numbers(y, tick.linear_step(y, count, whole=whole))
    else:
        whole = False
    y_ticks = ticks_of(y, chart.y.scale, count, paper.language, whole=whole)
    left = min(max((width(text) for _, text in y_ticks), default=0.0), _LABEL_MAX) + _GAP
    right = paper.width - right_room
    frame = Frame(left, top, right, bottom, x.onto(left, right), y.onto(bottom, top))
    if x_ticks is None:
        across = max(2, int((right - left) / _TICK_ROOM))
        x_ticks = ticks_of(frame.x, chart.x.scale, across, paper.language)
    shapes = [*_rows(frame, y_ticks), *_below(frame, x_ticks), *titles(chart, frame, paper)]
    return frame, Drawing(height, shapes)


def titles(chart: Chart, frame: Frame, paper: Paper) -> list[Safe]:
    """Write the title of y above the plot and the title of x below it."""
    up, across = axis_title(chart.y, paper.language), axis_title(chart.x, paper.language)
    found = []
    if up:
        found.append(letters(up, 0, 12, look="ink", room=paper.width))
    if across:
        under = frame.bottom + _TICK_BAND + 14
        found.append(
            letters(across, frame.right, under, anchor="end", look="ink", room=paper.width - _GAP)
        )
    return found


def _rows(frame: Frame, ticks: Ticks) -> list[Safe]:
    """Gridlines across, with labels on their left."""
    drawn = []
    for value, text in ticks:
        at = frame.y.at(value)
        drawn.append(segment(frame.left, at, frame.right, at, "axis" if value == 0 else "grid"))
        drawn.append(letters(text, frame.left - 6, at + 4, anchor="end", room=_LABEL_MAX))
    return drawn


def _below(frame: Frame, ticks: Ticks) -> list[Safe]:
    """Labels under the plot; those that would touch the one before are left out."""
    drawn = [segment(frame.left, frame.bottom, frame.right, frame.bottom, "axis")]
    free_from = 0.0
    for value, text in ticks:
        at = frame.x.at(value)
        half = min(width(text), _LABEL_MAX) / 2
        middle = min(max(at, half), frame.right + _GAP - half)
        if middle - half < free_from:
            continue
        free_from = middle + half + _GAP
        drawn.append(segment(at, frame.bottom, at, frame.bottom + 4, "axis"))
        drawn.append(letters(text, middle, frame.bottom + 17, anchor="middle", room=_LABEL_MAX))
    return drawn


def segment(x1: float, y1: float, x2: float, y2: float, look: str) -> Safe:  # noqa: PLR0913, RUF100 - two points
    """Draw a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=look)
