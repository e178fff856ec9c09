"""Days that are missing from a table that has rows on every other one."""

import functools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import Axis, Chart, Mark, Series
from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.table import query
from morello.analysis.insights.table.roles import is_time
from morello.analysis.insights.table.sample import date_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.quality.days import empty_days, runs_of

DAYS_TOLD_MAX = 400
_SHOWN_MAX = 3
_AROUND_DAYS = 45
_FULL_DAYS = 14.0
"""A gap of so many days counts in full."""

Ints = NDArray[np.int64]


def find_missing_days(subject: Subject, search: Search) -> None:
    """Look for missing days in the most complete time column that is followed day by day."""
    for column in subject.roles.times:
        if not is_time(column):
            continue
        days = subject.sample.days(column.name)
        whole = np.floor(days[~np.isnan(days)]).astype(np.int64)
        if not len(whole):
            continue
        low, high = (int(each) for each in np.quantile(whole, [0.001, 0.999]))
        empty = empty_days(whole[(whole >= low) & (whole <= high)])
        if len(empty):
            search.candidates.append(_candidate(subject, column, whole, empty[:DAYS_TOLD_MAX]))
            return


def _candidate(subject: Subject, column: ColumnProfile, days: Ints, empty: Ints) -> Candidate:
    day = f"CAST({query.moment(column.name, column.type)} AS DATE)"
    listed = ", ".join(query.value(date_of(each)) for each in empty.tolist())
    runs = runs_of(empty)
    first, last = runs[0]
    around = f"{day} BETWEEN {query.value(date_of(first - 1))} AND {query.value(date_of(last + 1))}"
    return Candidate(
        id=f"missing_days:{column.name}",
        kind="missing_days",
        group="quality",
        columns=[column.name],
        effect=min(1.0, 0.4 + len(empty) / _FULL_DAYS),
        coverage=len(empty) / max(int(np.ptp(days)) + 1, 1),
        surprise=0.9,
        sql=query.select(
            {
                "days": f"count(DISTINCT {day})",
                "there": f"count(*) FILTER (WHERE {day} IN ({listed}))",
            },
            subject.source,
        ),
        rows_sql=query.rows(subject.dataset, around),
        tell=functools.partial(_tell, column.name, empty, runs),
        draw=functools.partial(_chart, column, days, (first, last)),
    )


def _tell(
    column: str, empty: Ints, runs: list[tuple[int, int]], numbers: Numbers
) -> Telling | None:
    if numbers["there"]:
        return None
    shown = [
        say(
            "missing_days.run" if last > first else "missing_days.day",
            first=str(date_of(first)),
            last=str(date_of(last)),
        )
        for first, last in runs[:_SHOWN_MAX]
    ]
    kind = "missing_days" if len(runs) <= _SHOWN_MAX else "missing_days.several"
    sentence = say(kind, column=column, days=len(empty), runs=shown)
    return Telling(sentence, caveats=[say("missing_days.caveat")])


def _chart(column: ColumnProfile, days: Ints, gap: tuple[int, int]) -> Chart:
    low, high = gap[0] - _AROUND_DAYS, gap[1] + _AROUND_DAYS
    shown = days[(days >= low) & (days <= high)]
    first, last = int(shown.min()), int(shown.max())
    counts = np.bincount(shown - first, minlength=last - first + 1)
    dates = [str(date_of(each)) for each in range(first, last + 1)]
    return Chart(
        kind="line",
        title=say("chart.days", column=column.name),
        x=Axis(title=say("unit.day"), scale="time"),
        y=Axis(title=say("axis.rows")),
        series=[Series(x=[*dates], y=[float(each) for each in counts])],
        marks=[Mark(x=str(date_of(gap[0])), label=say("mark.missing_days"))],
    )
