"""Pictures of what happens over time: lines with levels, shaded stretches and marks."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import Axis, Chart, Mark, Range, Series
from morello.analysis.charts.condition import Along, Behind, By, Condition
from morello.analysis.insights.table.calendar import Calendar
from morello.analysis.insights.table.series import Series as Followed
from morello.analysis.insights.words import say
from morello.analysis.methods.series.anomaly import Anomaly
from morello.analysis.methods.series.changes import Changes
from morello.kernel.messages import Message

POINTS_MAX = 400
"""Periods of one picture; of a longer series those around what is shown."""

Floats = NDArray[np.float64]


def course_chart(
    calendar: Calendar,
    series: Followed,
    title: tuple[Message, str],
    changes: Changes | None,
    where: list[Condition],
) -> Chart:
    """Draw a series over its periods; where it changed, with its levels and the largest shaded.

    `title` is words and a unit; `where` says which rows the series follows.
    """
    name, unit = title
    days = [calendar.start(int(each)).isoformat() for each in series.periods]
    drawn, marks, ranges = [Series(x=[*days], y=series.values.tolist())], [], []
    if changes is not None:
        bounds = [0, *changes.at, len(days)]
        level = np.repeat(changes.levels, np.diff(bounds))
        drawn.append(Series(x=[*days], y=level.tolist(), role="reference"))
        marks = [Mark(x=days[at], label=say("mark.change", date=days[at])) for at in changes.at]
        largest = int(np.argmax(np.abs(changes.sizes)))
        end = bounds[largest + 2]
        ranges = [
            Range(start=days[bounds[largest + 1]], end=days[end] if end < len(days) else None)
        ]
    return Chart(
        kind="line",
        title=name,
        x=Axis(title=say(f"unit.{calendar.unit}"), scale="time"),
        y=Axis(title=name, unit=unit),
        series=drawn,
        marks=marks,
        ranges=ranges,
        behind=behind(calendar, where),
    )


def behind(calendar: Calendar, where: list[Condition]) -> Behind:
    """Lead from each period to its rows."""
    # A unit of the calendar is one of these words.
    along = Along(column=calendar.column.name, by=cast("By", calendar.unit))
    return Behind(where=where, x=along)


def anomalies_chart(
    calendar: Calendar,
    series: tuple[Floats, Floats],
    found: list[Anomaly],
    words: tuple[Message, Message],
    where: list[Condition],
) -> Chart:
    """Draw a series and what is usual, with the odd periods marked; `words` name title and y."""
    values, usual = series
    centre = found[0].start
    low = min(max(centre - POINTS_MAX // 2, 0), max(calendar.count - POINTS_MAX, 0))
    high = min(low + POINTS_MAX, calendar.count)
    days = [calendar.start(each).isoformat() for each in range(low, high)]
    shown = [each for each in found if low <= each.start and each.start + each.length <= high]
    farthest = [_farthest(values - usual, each) for each in shown]
    return Chart(
        kind="line",
        title=words[0],
        x=Axis(title=say(f"unit.{calendar.unit}"), scale="time"),
        y=Axis(title=words[1]),
        series=[
            Series(x=[*days], y=values[low:high].tolist()),
            Series(x=[*days], y=usual[low:high].tolist(), role="reference"),
        ],
        marks=[
            Mark(x=days[each - low], y=float(values[each]), label=days[each - low])
            for each in farthest
        ],
        ranges=[
            Range(
                start=calendar.start(each.start).isoformat(),
                end=calendar.start(each.start + each.length).isoformat(),
            )
            for each in shown
            if each.length > 1
        ],
        behind=behind(calendar, where),
    )


def hours_chart(phases: list[int], means: dict[int, float], measure: str | None) -> Chart:
    """Draw the average of each hour of the day, those that stand out in front."""
    what = say("axis.rows_an_hour") if measure is None else say("axis.mean", measure=measure)
    names = [f"{hour}" for hour in means]
    bars = []
    for strong in (False, True):
        heights = [mean if (hour in phases) == strong else None for hour, mean in means.items()]
        bars.append(Series(x=[*names], y=heights, role="highlight" if strong else "plain"))
    return Chart(
        kind="bar",
        title=say("chart.hour", what=what),
        x=Axis(title=say("unit.hour_of_day"), scale="category"),
        y=Axis(title=what),
        series=bars,
    )


def _farthest(distances: Floats, found: Anomaly) -> int:
    part = np.abs(distances[found.start : found.start + found.length])
    return found.start + int(np.nanargmax(part))
