"""Waterfall: what each step adds, from one total to the next, lying in rows."""

import dataclasses

from morello.analysis.charts.chart import Chart
from morello.analysis.charts.drawing.category import name_of, order
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.charts.drawing.frame import Drawing, Paper, segment
from morello.analysis.charts.drawing.label import value_label
from morello.analysis.charts.drawing.lettering import BOLD, letters, width
from morello.analysis.charts.drawing.scale import Scale
from morello.analysis.charts.kinds import rows
from morello.analysis.charts.kinds.rows import Rows

_ROW = 27.0
_BAR = 16.0
_VALUE_GAP = 6.0
_CUT_FROM = 0.6
"""Where all levels lie above this share of the largest, the axis begins close to them."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Step:
    """One row: where it starts and ends; a total starts at zero."""

    name: str
    start: float
    end: float
    is_total: bool
    is_strong: bool


def draw(chart: Chart, paper: Paper) -> Drawing:
    """Draw a waterfall. A step's label says what it adds, with its sign; a total's its value."""
    steps = _steps(chart, paper)
    levels = [each for step in steps for each in (step.start, step.end)]
    levels = [*levels, *(each.end for each in steps)]
    cut = _is_cut(steps)
    shown = [each.end for each in steps] + [each.start for each in steps if not each.is_total]
    scale = Scale.over(shown if cut else levels, "linear", zero=not cut, pad=0.08 if cut else 0.0)
    labels = [_label(each, paper.language) for each in steps]
    room = max((width(each) for each in labels), default=0.0) * BOLD + _VALUE_GAP
    names = [each.name for each in steps]
    layout = rows.lay_out(chart, paper, names, scale, height=_ROW, room=(0.0, room))
    shapes: list[Safe] = [rows.title(chart, paper)]
    for index, (step, words) in enumerate(zip(steps[: len(layout.names)], labels, strict=False)):
        shapes += _row(layout, index, step, words, cut=cut)
    if not cut:
        zero = layout.values.at(0.0)
        shapes.append(segment(zero, layout.top, zero, layout.bottom, "axis"))
    strong = {index for index, each in enumerate(steps) if each.is_total or each.is_strong}
    shapes += rows.names(layout, strong, paper.width * 0.36, sign=False)
    rest, extra = rows.more(layout, len(names), paper)
    return Drawing(layout.bottom + extra + 4, [*shapes, *rest])


def _steps(chart: Chart, paper: Paper) -> list[_Step]:
    values: dict[str, tuple[float, str]] = {}
    for series in chart.series:
        for x, y in zip(series.x, series.y, strict=True):
            if y is not None:
                values[str(x)] = (y, series.role)
    found, level = [], 0.0
    for position in order(chart):
        if position not in values:
            continue
        value, role = values[position]
        is_total = role == "reference"
        start, level = (0.0, value) if is_total else (level, level + value)
        name = name_of(position, chart, paper.language)
        found.append(_Step(name, start, level, is_total, role == "highlight"))
    return found


def _is_cut(steps: list[_Step]) -> bool:
    """Whether steps would be slivers beside totals that are drawn from zero."""
    ends = [each.end for each in steps]
    low, high = min(ends, default=0.0), max(ends, default=0.0)
    return any(each.is_total for each in steps) and low > _CUT_FROM * high > 0


def _label(step: _Step, language: str) -> str:
    if step.is_total:
        return value_label(step.end, language)
    change = step.end - step.start
    return ("+" if change > 0 else "") + value_label(change, language)


def _row(layout: Rows, index: int, step: _Step, words: str, *, cut: bool) -> list[Safe]:
    middle = layout.middle(index)
    start, end = layout.values.at(step.start), layout.values.at(step.end)
    if step.is_total and cut:
        start = end - 5  # a bar begins at zero or is no bar: here the level alone is marked
    look = "fill-bar" if step.is_total else "fill-0" if step.end >= step.start else "fill-1"
    bar = element(
        "rect",
        element("title", f"{step.name}: {words}"[:1000]),
        x=min(start, end),
        y=middle - _BAR / 2,
        width=max(abs(end - start), 1.5),
        height=_BAR,
        class_="fill-cherry" if step.is_strong else look,
        rx=2,
    )
    text = "strong" if step.is_total else "cherry" if step.is_strong else "ink halo"
    label = letters(words, max(start, end) + _VALUE_GAP, middle + 4, look=text)
    if index + 1 == len(layout.names):
        return [bar, label]
    return [bar, label, segment(end, middle + _BAR / 2, end, middle + _ROW - _BAR / 2, "axis")]
