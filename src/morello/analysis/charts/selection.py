"""From a mark of a chart to the conditions on its rows.

A reference names a part of a chart's specification by its places, so that a page that draws the
specification itself knows them, too: `s0` is the first series, `s0p3` its fourth point, `m1` the
second mark, `r0` the first range; the empty reference is the whole chart.
"""

import datetime
import re

from morello.analysis.charts.chart import Chart, Mark, Position, Range
from morello.analysis.charts.condition import Along, Condition, Value
from morello.analysis.charts.drawing.scale import number_of
from morello.analysis.charts.drawing.tick import moment

REFERENCE = r"(s\d{1,4}(p\d{1,6})?|[mr]\d{1,4})?"
_PARTS = re.compile(r"(?P<kind>[smr])(?P<place>\d+)(p(?P<point>\d+))?")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def conditions_of(chart: Chart, reference: str) -> list[Condition]:
    """Return what the rows behind a reference have in common, within those of the finding.

    Empty where the chart does not say: then they are all of the finding's. Raises LookupError for
    a part that the chart does not have.
    """
    behind = chart.behind
    where = list(behind.where) if behind else []
    if not reference:
        return where
    parts = _PARTS.fullmatch(reference)
    if parts is None:
        raise LookupError(reference)
    place = int(parts["place"])
    if parts["kind"] == "s":
        series = chart.series[place]
        where += series.where
        if parts["point"] is not None:
            where += _point(chart, place, int(parts["point"]))
        return where
    pointed = chart.marks[place] if parts["kind"] == "m" else chart.ranges[place]
    if pointed.where or behind is None or behind.x is None:
        return [*where, *pointed.where]
    return where + _pointed(pointed, behind.x)


def _point(chart: Chart, place: int, point: int) -> list[Condition]:
    series, behind = chart.series[place], chart.behind
    position, height = series.x[point], series.y[point]  # both raise IndexError, a LookupError
    found = []
    if behind is not None and behind.x is not None:
        if behind.x.by == "bin" and point + 1 < len(series.x):
            last = point + 2 == len(series.x)
            found.append(_bin(behind.x, position, series.x[point + 1], is_last=last))
        else:
            found += _position(behind.x, position)
    if behind is not None and behind.y is not None and height is not None:
        found += _position(behind.y, height)
    return found


def _pointed(pointed: Mark | Range, along: Along) -> list[Condition]:
    if isinstance(pointed, Range):
        ends: list[Value] = [pointed.start, pointed.end]
        if along.by in ("weekday", "month_of_year") or ends == [None, None]:
            return []
        return [Condition(column=along.column, how="between", values=ends)]
    if pointed.x is None or along.by == "bin":
        return []
    return _position(along, pointed.x)


def _bin(along: Along, low: Position, high: Position, *, is_last: bool) -> Condition:
    how = "within" if is_last else "between"
    return Condition(column=along.column, how=how, values=[low, high])


def _position(along: Along, position: Position) -> list[Condition]:
    if along.by == "value":
        return [Condition(column=along.column, values=[position])]
    if along.by in ("weekday", "month_of_year"):
        phase = number_of(position, "linear")
        if phase is None:
            return []
        how = "weekday" if along.by == "weekday" else "month_of_year"
        return [Condition(column=along.column, how=how, values=[int(phase)])]
    start = _day(position)
    if along.by == "bin" or start is None:
        return []
    ends: list[Value] = [start.isoformat(), _next(start, along.by)]
    return [Condition(column=along.column, how="between", values=ends)]


def _day(position: Position) -> datetime.date | None:
    """Return the day of a time: ISO 8601 text, a year or month alone, or seconds since 1970."""
    if not isinstance(position, str):
        return moment(position).date()
    text = position.strip()[:10]
    try:
        return datetime.date.fromisoformat((text + "-01-01"[len(text) - 4 :])[:10])
    except ValueError:
        return None


def _next(start: datetime.date, period: str) -> str | None:
    """Return when the period after this one begins; None at the end of the calendar."""
    try:
        if period in _MONTHS:
            months = start.year * 12 + start.month - 1 + _MONTHS[period]
            return datetime.date(months // 12, months % 12 + 1, 1).isoformat()
        days = 7 if period == "week" else 1
        return (start + datetime.timedelta(days=days)).isoformat()
    except (ValueError, OverflowError):
        return None
