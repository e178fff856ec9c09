"""Hours of the day that stand out, where times have hours."""

import dataclasses
import functools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.finders.time.pictures import hours_chart
from morello.analysis.insights.table import query
from morello.analysis.insights.table.calendar import Calendar, calendar_of
from morello.analysis.insights.table.roles import weight_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import compared, say
from morello.analysis.methods.difference import winsorized
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.series.seasonality import Season, recurring, standing_out
from morello.kernel.messages import Message

DAYS_MIN = 14
DAYS_MAX = 800
"""Of a longer time the last ones are compared."""
MEASURES_MAX = 12
RELATIVE_MIN = 0.15
"""Least relative difference worth telling."""
_NOISE_MIN = 0.1
_HOURS = 24
_HOURS_MIN = 4
_CLOCKED_SHARE_MIN = 0.5
"""Share of times that are not midnight sharp."""
_OPEN_SHARE = 0.2
"""Of the rows that an hour has on average: an hour with fewer is closed, not quiet."""
_STABLE = 3 / 8

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class _Clock:
    """The rows of whole days, by their hour."""

    subject: Subject
    calendar: Calendar
    chosen: Ints
    """Rows in open hours, in order of time."""
    hours: Ints
    """The hour of each."""
    open: list[int]
    days: int


def find_hours(subject: Subject, search: Search) -> None:
    """Compare the hours of the day by their rows, and by the averages of measures."""
    clock = _clock_of(subject)
    if clock is None:
        return
    _consider(search, clock, _busy(clock), None)
    for measure in subject.roles.measures[:MEASURES_MAX]:
        values = subject.numbers(measure)[clock.chosen]
        known = ~np.isnan(values)
        if known.any():
            season = recurring(winsorized(values[known]), clock.hours[known], _HOURS)
            _consider(search, clock, season, measure)


def _clock_of(subject: Subject) -> _Clock | None:
    calendar = calendar_of(subject, "day", periods_max=20_000)
    if calendar is None or calendar.count < DAYS_MIN:
        return None
    moments = subject.sample.days(calendar.column.name)
    low = max(calendar.count - DAYS_MAX, 0)
    inside = np.flatnonzero(calendar.slots >= low)
    inside = inside[np.argsort(moments[inside], kind="stable")]
    clocks = moments[inside] % 1
    if (clocks > 0).mean() < _CLOCKED_SHARE_MIN:
        return None
    # A microsecond is added: a whole hour need not be one as a share of a day.
    hours = np.minimum(np.floor(clocks * _HOURS + 1e-6).astype(np.int64), _HOURS - 1)
    counts = np.bincount(hours, minlength=_HOURS)
    opened = np.flatnonzero(counts >= _OPEN_SHARE * len(hours) / max((counts > 0).sum(), 1))
    if len(opened) < _HOURS_MIN:
        return None
    kept = np.isin(hours, opened)
    days = calendar.count - low
    return _Clock(subject, calendar, inside[kept], hours[kept], opened.tolist(), days)


def _busy(clock: _Clock) -> Season:
    """Compare the rows of each hour of each day, as square roots: of alike noise everywhere."""
    first = clock.calendar.count - clock.days
    places = (clock.calendar.slots[clock.chosen] - first) * _HOURS + clock.hours
    counts = np.bincount(places, minlength=clock.days * _HOURS).reshape(clock.days, _HOURS)
    table = counts[:, clock.open]
    table = table[table.sum(axis=1) > 0]
    phases = np.tile(np.arange(len(clock.open)), len(table))
    seasons = (
        recurring(np.sqrt(table + _STABLE).ravel(), phases, len(clock.open)),
        standing_out(table.astype(np.float64)),
    )
    season = min(seasons, key=lambda each: each.p_value)
    means = table.mean(axis=0)
    return dataclasses.replace(
        season,
        p_value=min(1.0, len(seasons) * season.p_value),
        phases=[clock.open[each] for each in season.phases],
        means={clock.open[each]: float(means[each]) for each in season.means},
    )


def _consider(search: Search, clock: _Clock, season: Season, measure: ColumnProfile | None) -> None:
    search.tests.append(season.p_value)
    those = [mean for hour, mean in season.means.items() if hour in season.phases]
    others = [mean for hour, mean in season.means.items() if hour not in season.phases]
    if not those or not others or abs(season.size) < _NOISE_MIN * season.noise:
        return
    base = abs(float(np.mean(others)))
    relative = abs(float(np.mean(those)) - float(np.mean(others))) / base if base > 0 else 1.0
    if relative >= RELATIVE_MIN:
        search.candidates.append(_candidate(clock, season, measure, relative))


def _candidate(
    clock: _Clock, season: Season, measure: ColumnProfile | None, relative: float
) -> Candidate:
    calendar, subject = clock.calendar, clock.subject
    within = calendar.between(calendar.count - clock.days, calendar.count)
    hour = f"date_part('hour', {calendar.moment})"
    columns = {}
    others = [each for each in clock.open if each not in season.phases]
    for label, hours in (("those", season.phases), ("others", others)):
        at = f"{hour} IN ({', '.join(map(str, hours))})"
        if measure is None:
            columns[label] = f"count(*) FILTER (WHERE {at}) / {clock.days * len(hours)}.0"
        else:
            columns[label] = f"avg({subject.number(measure)}) FILTER (WHERE {at})"
    name = measure.name if measure else None
    hours_sql = f"{hour} IN ({', '.join(map(str, season.phases))})"
    return Candidate(
        id=f"hour:{name or 'rows'}",
        kind="hour",
        group="patterns",
        columns=[calendar.column.name, *([name] if name else [])],
        p_value=season.p_value,
        topic=(name, "hour") if name else None,
        strength=relative * weight_of(measure),
        effect=min(1.0, relative),
        coverage=1.0,
        surprise=0.5 if name else 0.35,
        sql=query.select(columns, subject.source, within),
        rows_sql=query.rows(subject.dataset, f"{within} AND {hours_sql}"),
        tell=functools.partial(_tell, season, name, "tz=" in calendar.column.type),
        draw=functools.partial(hours_chart, season.phases, season.means, name),
    )


def _tell(season: Season, measure: str | None, zoned: bool, numbers: Numbers) -> Telling | None:
    those, others = numbers["those"], numbers["others"]
    if (those - others) * season.size <= 0:
        return None
    form = "mean" if measure else "rows"
    message = compared(
        f"hour.{form}", those, others, phases=_ranges(season.phases), measure=measure or ""
    )
    return Telling(message, caveats=[say("hour.zone")] if zoned else [])


def _ranges(hours: list[int]) -> list[Message]:
    """Put neighbouring hours together: 11, 12, 13 are 11:00 to 14:00."""
    starts = [each for each in hours if each - 1 not in hours]
    ends = [each + 1 for each in hours if each + 1 not in hours]
    return [
        say("hour.range", start=start, end=end) for start, end in zip(starts, ends, strict=True)
    ]
