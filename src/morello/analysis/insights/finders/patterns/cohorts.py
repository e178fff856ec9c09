"""Customers who come back: more or fewer of the newer ones, and fewer with time."""

import dataclasses
import functools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import SHARE, Axis, Chart, Series
from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.table import query
from morello.analysis.insights.table.calendar import index_of, start_of
from morello.analysis.insights.table.roles import is_time
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.patterns.retention import (
    AGES_MAX,
    COHORT_MIN,
    Drift,
    drift_of_cohorts,
    drift_with_age,
)
from morello.analysis.methods.profile import ColumnProfile

MONTHS_MIN, MONTHS_MAX = 7, 60
ENTITIES_MIN, ENTITIES_MAX = 100, 200_000
P_MAX = 1e-3
CHANGE_MIN = 0.2
"""Least change, as a share of the level, worth telling."""
LEVEL_MIN, LEVEL_MAX = 0.02, 0.98
_ENTITIES_LOOKED = 2
_COHORTS_SHOWN = 24

Ints = NDArray[np.int64]


@dataclasses.dataclass(frozen=True, slots=True)
class _Visits:
    """Who was there in which month."""

    entity: ColumnProfile
    time: ColumnProfile
    entities: Ints
    periods: Ints
    first: int
    months: int

    def month(self, index: int) -> str:
        """Return a month's first day."""
        return start_of(self.first + index, "month").isoformat()


def find_cohorts(subject: Subject, search: Search) -> None:
    """Follow customers and the like by the month they were first seen in."""
    times = [each for each in subject.roles.times if is_time(each)]
    entities = [
        each for each in subject.roles.entities if ENTITIES_MIN <= each.distinct <= ENTITIES_MAX
    ]
    if not times:
        return
    for entity in entities[:_ENTITIES_LOOKED]:
        visits = _visits(subject, entity, times[0])
        if visits is None:
            continue
        for kind, drift in (
            ("cohorts", drift_of_cohorts(visits.entities, visits.periods)),
            ("retention", drift_with_age(visits.entities, visits.periods)),
        ):
            if drift is None:
                continue
            search.tests.append(drift.p_value)
            if drift.p_value <= P_MAX and _matters(drift, kind):
                search.candidates.append(_candidate(subject, visits, drift, kind))


def _matters(drift: Drift, kind: str) -> bool:
    way = kind == "cohorts" or drift.change < 0
    large = abs(drift.change) >= CHANGE_MIN * drift.level
    return way and large and LEVEL_MIN <= drift.level <= LEVEL_MAX


def _visits(subject: Subject, entity: ColumnProfile, time: ColumnProfile) -> _Visits | None:
    codes = subject.sample.codes(entity.name)[0].astype(np.int64)
    days = subject.sample.days(time.name)
    known = (codes >= 0) & ~np.isnan(days)
    if known.sum() < 2 * ENTITIES_MIN:
        return None
    # Dates far from all others are typing errors and placeholders.
    low, high = np.quantile(days[known], [0.001, 0.999])
    known &= (days >= low - 1) & (days <= high + 1)
    months = index_of(days[known], "month")
    first, last = int(months.min()), int(months.max())
    end = float(days[known].max())
    if start_of(last + 1, "month").toordinal() - 719_163 > end + 1.5:
        last -= 1  # the last month is not over
    count = last - first + 1
    if not MONTHS_MIN <= count <= MONTHS_MAX:
        return None
    within = months <= last
    return _Visits(entity, time, codes[known][within], months[within] - first, first, count)


def _seen(subject: Subject, visits: _Visits) -> str:
    """Write the table of who was there when, with the month of the first time."""
    moment = query.moment(visits.time.name, visits.time.type)
    entity = query.name(visits.entity.name)
    month = (
        f"CAST(year({moment}) * 12 + month({moment}) - {1970 * 12 + 1 + visits.first} AS BIGINT)"
    )
    return (
        f"(SELECT month, min(month) OVER (PARTITION BY entity) AS first FROM"  # noqa: S608 - every part is quoted
        f" (SELECT DISTINCT {entity} AS entity, {month} AS month FROM {subject.source}"
        f" WHERE {entity} IS NOT NULL AND {moment} >= DATE '{visits.month(0)}'"
        f" AND {moment} < DATE '{visits.month(visits.months)}'))"
    )


def _candidate(subject: Subject, visits: _Visits, drift: Drift, kind: str) -> Candidate:
    last = visits.months - 1 - drift.ages
    middle = (1 + last) // 2
    if kind == "cohorts":
        groups = {"early": (1, middle), "late": (middle + 1, last)}
        ages = dict.fromkeys(groups, (1, drift.ages))
    else:
        groups = {"early": (1, last), "late": (1, last)}
        ages = {"early": (1, 1), "late": (drift.ages, drift.ages)}
    columns = {}
    for name, (low, high) in groups.items():
        start, end = ages[name]
        among = f"first BETWEEN {low} AND {high}"
        columns[name] = (
            f"count(*) FILTER (WHERE {among} AND month - first BETWEEN {start} AND {end})"
            f" / nullif({end - start + 1} * count(*) FILTER (WHERE {among} AND month = first), 0)"
        )
        columns[f"{name}_entities"] = f"count(*) FILTER (WHERE {among} AND month = first)"
    return Candidate(
        id=f"{kind}:{visits.entity.name}:{visits.time.name}",
        kind=kind,
        group="business",
        columns=[visits.entity.name, visits.time.name],
        p_value=drift.p_value,
        effect=min(1.0, abs(drift.change) / max(drift.level, 1e-9)),
        coverage=1.0,
        surprise=0.8 if kind == "cohorts" else 0.45,
        sql=query.select(columns, _seen(subject, visits)),
        tell=functools.partial(_tell, visits, drift, kind, middle + 1),
        draw=functools.partial(_chart, subject, visits),
    )


def _tell(visits: _Visits, drift: Drift, kind: str, since: int, numbers: Numbers) -> Telling | None:
    early, late = numbers["early"], numbers["late"]
    if (late - early) * drift.change <= 0:
        return None
    parameters = {"entity": visits.entity.name, "early": share(early), "late": share(late)}
    caveats = [say("cohorts.first", entity=visits.entity.name, month=visits.month(0)[:7])]
    if kind == "retention":
        told = say("retention", **parameters, months=drift.ages)
        many = say(
            "retention.many", entity=visits.entity.name, count=int(numbers["early_entities"])
        )
        return Telling(told, [many], caveats)
    way = "more" if late > early else "less"
    told = say(f"cohorts.{way}", **parameters, months=drift.ages, since=visits.month(since)[:7])
    counts = {name: int(numbers[f"{name}_entities"]) for name in ("early", "late")}
    many = say("cohorts.many", entity=visits.entity.name, **counts)
    return Telling(told, [many], caveats)


def _chart(subject: Subject, visits: _Visits) -> Chart:
    """Draw the share of each cohort that was there in each month since its first."""
    rows = subject.ask(
        f"SELECT first, month - first AS age, count(*) AS n FROM {_seen(subject, visits)}"  # noqa: S608 - every part is quoted
        " GROUP BY ALL"
    ).to_pylist()
    counts = {(each["first"], each["age"]): each["n"] for each in rows}
    cohorts = [each for each in range(visits.months) if counts.get((each, 0), 0) >= COHORT_MIN][
        -_COHORTS_SHOWN:
    ]
    ages = range(1, min(AGES_MAX, visits.months - 1) + 1)
    return Chart(
        kind="heatmap",
        title=say("cohorts.chart", entity=visits.entity.name),
        x=Axis(title=say("cohorts.age"), scale="category"),
        y=Axis(title=say("cohorts.axis"), unit=SHARE),
        series=[
            Series(
                name=visits.month(cohort)[:7],
                x=[str(age) for age in ages],
                y=[
                    counts.get((cohort, age), 0) / counts[cohort, 0]
                    if cohort + age < visits.months
                    else None
                    for age in ages
                ],
            )
            for cohort in cohorts
        ],
    )
