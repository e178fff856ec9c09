"""Weekdays, months and quarters that stand out again and again."""

import dataclasses
import functools
import itertools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.pictures import phases_chart
from morello.analysis.insights.table import query
from morello.analysis.insights.table.calendar import Calendar, calendar_of
from morello.analysis.insights.table.roles import weight_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import compared, say
from morello.analysis.methods.difference import winsorized
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.series.seasonality import RECUR_MIN, Season, recurring, repeated
from morello.kernel.messages import Message

DAYS_MIN = 56
MONTHS_MIN = 24
RELATIVE_MIN = 0.08
"""Least relative difference worth telling, where the noise is not far smaller."""
CLEAR_MIN = 1.5
"""Standard deviations within a phase from which on a season is told however small its share."""
_CLEAR_FULL = 10.0
"""The same from which on the effect counts in full."""
_NOISE_MIN = 0.3
_ROWS_PER_DAY_MIN = 3

Floats = NDArray[np.float64]


def find_seasons(subject: Subject, search: Search) -> None:
    """Compare weekdays by daily numbers, and months of the year by monthly ones."""
    days = calendar_of(subject, "day", periods_max=20_000)
    if days is not None and days.count >= DAYS_MIN:
        weekdays = (np.arange(days.count) + days.first + 3) % 7
        for measure, values, used in _series(subject, days):
            season = recurring(values[used], weekdays[used], 7)
            _consider(subject, search, days, "weekday", season, measure)
    months = calendar_of(subject, "month", periods_max=20_000)
    if months is not None and months.count >= MONTHS_MIN:
        for measure, values, used in _series(subject, months):
            season = _of_months(values, used, months)
            _consider(subject, search, months, "month", season, measure)


def _series(
    subject: Subject, calendar: Calendar
) -> list[tuple[ColumnProfile | None, Floats, NDArray[np.bool_]]]:
    slots = calendar.slots
    counts = np.bincount(slots[slots >= 0], minlength=calendar.count).astype(np.float64)
    is_regular = np.ptp(counts) == 0
    if calendar.unit == "month":  # February is short, not quiet
        starts = [calendar.start(each) for each in range(calendar.count + 1)]
        counts /= np.array([(late - early).days for early, late in itertools.pairwise(starts)])
    found: list[tuple[ColumnProfile | None, Floats, NDArray[np.bool_]]] = []
    if not is_regular:
        # A day without a row is closed, not quiet, unless rows are rare.
        open_days = counts > 0 if np.median(counts) >= _ROWS_PER_DAY_MIN else counts >= 0
        found.append((None, counts, open_days))
    for measure in subject.roles.measures:
        values = subject.numbers(measure)
        used = ~np.isnan(values) & (slots >= 0)
        known = np.bincount(slots[used], minlength=calendar.count)
        sums = np.bincount(slots[used], winsorized(values[used]), calendar.count)
        enough = known >= max(1, min(_ROWS_PER_DAY_MIN, np.median(known)))
        found.append((measure, sums / np.maximum(known, 1), enough))
    return found


def _of_months(values: Floats, used: NDArray[np.bool_], calendar: Calendar) -> Season:
    """Compare months by F over many years; over few, only where each year has its own profile."""
    months = (np.arange(calendar.count) + calendar.first) % 12
    years = calendar.count // 12
    if years >= RECUR_MIN or not used.all():
        return recurring(values[used], months[used], 12)
    season = repeated(values[: years * 12].reshape(years, 12))
    phases = sorted(int(months[each]) for each in season.phases)
    means = {int(months[each]): mean for each, mean in season.means.items()}
    return dataclasses.replace(season, phases=phases, means=dict(sorted(means.items())))


def _consider(
    subject: Subject,
    search: Search,
    calendar: Calendar,
    kind: str,
    season: Season,
    measure: ColumnProfile | None,
) -> None:
    search.tests.append(season.p_value)
    slots = calendar.slots
    if measure is None:
        base = float((slots >= 0).sum()) / calendar.count
        base /= 30.44 if kind == "month" else 1.0
    else:
        base = abs(float(np.nanmean(subject.numbers(measure)[slots >= 0])))
    if base <= 0 or not season.phases:
        return
    relative, clear = abs(season.size) / base, abs(season.size) / max(season.noise, 1e-300)
    if clear < _NOISE_MIN or (relative < RELATIVE_MIN and clear < CLEAR_MIN):
        return
    effect = min(1.0, max(relative, clear / _CLEAR_FULL))
    search.candidates.append(_candidate(subject, calendar, kind, season, measure, effect))


def _candidate(
    subject: Subject,
    calendar: Calendar,
    kind: str,
    season: Season,
    measure: ColumnProfile | None,
    effect: float,
) -> Candidate:
    # `isodow` counts from Monday 1, `month` from January 1.
    part = f"{'isodow' if kind == 'weekday' else 'month'}({{}})"
    those = f"{part} IN ({', '.join(str(each + 1) for each in season.phases)})"
    within = calendar.between(0, calendar.count)
    what = measure.name if measure else "rows"
    return Candidate(
        id=f"{kind}:{what}",
        kind=kind,
        group="patterns",
        columns=[calendar.column.name, *([measure.name] if measure else [])],
        p_value=season.p_value,
        topic=(measure.name, kind) if measure else None,
        strength=effect * weight_of(measure),
        effect=effect,
        coverage=1.0,
        surprise=0.5,
        sql=_query(subject, calendar, measure, those.format("day")),
        rows_sql=query.rows(subject.dataset, f"{within} AND {those.format(calendar.moment)}"),
        tell=functools.partial(_tell, kind, season, measure.name if measure else None),
        draw=functools.partial(
            phases_chart,
            kind,
            season.phases,
            season.means,
            measure.name if measure else None,
            calendar.column.name,
        ),
    )


def _query(subject: Subject, calendar: Calendar, measure: ColumnProfile | None, those: str) -> str:
    """Write the query for the average of some phases and of the others."""
    within = calendar.between(0, calendar.count)
    day = f"CAST(date_trunc('{calendar.unit}', {calendar.moment}) AS DATE) AS day"
    if measure is not None:
        shown, grouped = f"{day}, {subject.number(measure)} AS v", ""
    else:
        shown, grouped = f"{day}, count(*) AS v", " GROUP BY 1"
    average = "avg(v) FILTER (WHERE {0})"
    if measure is None and calendar.unit == "month":
        average = (
            "sum(v) FILTER (WHERE {0}) / sum(date_part('day', last_day(day))) FILTER (WHERE {0})"
        )
    return query.select(
        {"those": average.format(those), "others": average.format(f"NOT ({those})")},
        f"(SELECT {shown} FROM {subject.source} WHERE {within}{grouped})",  # noqa: S608 - quoted
    )


def _tell(kind: str, season: Season, measure: str | None, numbers: Numbers) -> Telling | None:
    those, others = numbers["those"], numbers["others"]
    if (those - others) * season.size <= 0:
        return None
    names: list[Message] = [say(f"{kind}.{each}") for each in season.phases]
    form = "rows" if measure is None else "mean"
    return Telling(compared(f"{kind}.{form}", those, others, phases=names, measure=measure or ""))
