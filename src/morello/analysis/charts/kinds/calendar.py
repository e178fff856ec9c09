"""Calendar: a cell for each day, weeks across and weekdays down, stronger for larger values."""

import dataclasses
import datetime

from morello.analysis.charts.chart import Chart
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.charts.drawing.frame import Drawing, Paper, axis_title
from morello.analysis.charts.drawing.label import date_label, value_label
from morello.analysis.charts.drawing.lettering import letters, width
from morello.analysis.charts.drawing.scale import number_of
from morello.analysis.charts.drawing.tick import moment
from morello.analysis.charts.kinds.heatmap import heat
from morello.kernel.messages import Message, render

BLOCKS_MAX = 8
"""Blocks of weeks under one another; what is older is left out, and said."""
_WEEKS = {False: 53, True: 27}
_DAYS = 7
_HEAD = 18.0
_TOP = 22.0
_FEW = 0.02


@dataclasses.dataclass(frozen=True, slots=True)
class _Grid:
    """Where days are: the first Monday, weeks in a block, pixels of a cell, of the left edge."""

    start: datetime.date
    weeks: int
    cell: float
    left: float

    def place(self, day: datetime.date) -> tuple[float, float]:
        """Return the left upper corner of a day."""
        week, weekday = divmod((day - self.start).days, _DAYS)
        block, column = divmod(week, self.weeks)
        return self.left + column * self.cell, self.top(block) + weekday * self.cell

    def top(self, block: int) -> float:
        """Return the pixel at which a block's days begin."""
        return _TOP + block * (_HEAD + _DAYS * self.cell + 10) + _HEAD


def draw(chart: Chart, paper: Paper) -> Drawing:
    """Draw a calendar of the days that have a value; several series are taken together."""
    values = _values(chart)
    title = letters(axis_title(chart.y, paper.language), 0, 12, look="ink", room=paper.width)
    weeks = _WEEKS[paper.is_narrow]
    last, first = max(values, default=None), min(values, default=None)
    if first is None or last is None:
        return Drawing(_TOP, [title])
    earliest = last - datetime.timedelta(days=BLOCKS_MAX * weeks * _DAYS - 2 * _DAYS)
    shown = {day: value for day, value in values.items() if day >= earliest}
    first = min(shown)
    names = [_say(f"chart.weekday.{each}", paper.language) for each in (1, 3, 5)]
    left = max(width(each) for each in names) + 8
    start = first - datetime.timedelta(days=first.weekday())
    blocks = -(-((last - start).days + 1) // (_DAYS * weeks))
    across = weeks if blocks > 1 else -(-((last - start).days + 1) // _DAYS)
    cell = min((paper.width - left - 2) / max(across, 1), 22.0)
    grid = _Grid(start, weeks, cell, left)
    shapes = [title]
    for block in range(blocks):
        shapes += _weekdays(grid, block, names)
    shapes += _months(grid, first, last, paper)
    shapes += _cells(grid, shown, paper.language)
    return _legend(grid.top(blocks) - _HEAD, shown, [*shapes], paper, len(values) - len(shown))


def _values(chart: Chart) -> dict[datetime.date, float]:
    found = {}
    for series in chart.series:
        for x, y in zip(series.x, series.y, strict=True):
            seconds = number_of(x, "time")
            if seconds is not None and y is not None:
                found[moment(seconds).date()] = y
    return found


def _cells(grid: _Grid, values: dict[datetime.date, float], language: str) -> list[Safe]:
    low, high = _bounds(values)
    drawn = []
    for day, value in sorted(values.items()):
        x, y = grid.place(day)
        share = (value / 2 - low / 2) / (high / 2 - low / 2) if high > low else 0.5
        says = f"{date_label(day, language)}: {value_label(value, language)}"
        drawn.append(
            element(
                "rect",
                element("title", says),
                x=x + 0.5,
                y=y + 0.5,
                width=max(grid.cell - 1, 0.5),
                height=max(grid.cell - 1, 0.5),
                class_=f"fill-0 {heat(min(max(share, 0.0), 1.0))}",
            )
        )
    return drawn


def _bounds(values: dict[datetime.date, float]) -> tuple[float, float]:
    """Return what is faintest and strongest: a few extreme days would make the rest look alike."""
    ordered = sorted(values.values())
    few = int(len(ordered) * _FEW)
    return ordered[few], ordered[-1 - few]


def _weekdays(grid: _Grid, block: int, names: list[str]) -> list[Safe]:
    if grid.cell < 8:  # noqa: PLR2004 - pixels: letters would touch
        return []
    top = grid.top(block)
    return [
        letters(name, 0, top + (row + 0.5) * grid.cell + 4)
        for row, name in zip((0, 2, 4), names, strict=True)
    ]


def _months(grid: _Grid, first: datetime.date, last: datetime.date, paper: Paper) -> list[Safe]:
    """Name each month above its first week, and January by its year."""
    drawn: list[Safe] = []
    day, free = first, (-1.0, 0.0)
    while day <= last:
        named = day.month == 1 or day == first
        words = _say(
            "chart.tick.month_of_year" if named else "chart.tick.month",
            paper.language,
            month=_say(f"chart.month.{day.month}", paper.language),
            year=day.year,
        )
        x, y = grid.place(day - datetime.timedelta(days=day.weekday()))
        if (y != free[0] or x >= free[1]) and x + width(words) <= paper.width:
            drawn.append(letters(words, x, y - 5))
            free = (y, x + width(words) + 6)
        day = (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
        if day.year >= datetime.MAXYEAR:
            break
    return drawn


def _legend(
    top: float, values: dict[datetime.date, float], shapes: list[Safe], paper: Paper, left_out: int
) -> Drawing:
    low, high = (value_label(each, paper.language) for each in _bounds(values))
    shapes.append(letters(low, 0, top + 14))
    at = width(low) + 6
    for step in range(5):
        share = step / 4
        shapes.append(
            element(
                "rect", x=at + step * 15, y=top + 3, width=14.0, height=14.0,
                class_=f"fill-0 {heat(share)}",
            )
        )  # fmt: skip
    shapes.append(letters(high, at + 82, top + 14))
    if left_out:
        words = _say("chart.more", paper.language, count=left_out)
        shapes.append(letters(words, at + 82 + width(high) + 16, top + 14))
    return Drawing(top + 24, shapes)


def _say(identifier: str, language: str, **parameters: object) -> str:
    return render(Message(id=identifier, parameters=parameters), language)
