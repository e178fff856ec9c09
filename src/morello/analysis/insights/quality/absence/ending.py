"""Columns that have no value any more since some day, or none before it."""

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Candidate
from morello.analysis.insights.quality.trouble import Trouble
from morello.analysis.insights.table import query
from morello.analysis.insights.table.roles import is_time
from morello.analysis.insights.table.sample import date_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.quality.absence import ends_at

_ROWS_MIN = 20
_SHARE_MIN = 0.01


def ending_of(
    subject: Subject, columns: list[ColumnProfile], absent: NDArray[np.bool_]
) -> Candidate | None:
    """Ask by the most complete time column whether values end or begin at a day."""
    names = {each.name for each in columns}
    times = [each for each in subject.roles.times if is_time(each) and each.name not in names]
    if not times:
        return None
    days = np.floor(subject.sample.days(times[0].name))
    rows_min = max(_ROWS_MIN, int(_SHARE_MIN * len(days)))
    if (last := ends_at(days, absent, rows_min=rows_min)) is not None:
        return _candidate(subject, columns, times[0], last, is_end=True)
    if (first := ends_at(-days, absent, rows_min=rows_min)) is not None:
        return _candidate(subject, columns, times[0], -first, is_end=False)
    return None


def _candidate(
    subject: Subject, columns: list[ColumnProfile], time: ColumnProfile, day: float, *, is_end: bool
) -> Candidate:
    column, *others = [each.name for each in columns]
    moment = f"CAST({query.moment(time.name, time.type)} AS DATE)"
    beyond = f"{moment} {'>' if is_end else '<'} {query.value(date_of(day))}"
    return Trouble(
        kind="ended" if is_end else "began",
        columns=[column, time.name],
        where=f"{beyond} AND {query.name(column)} IS NULL",
        parameters={"date": str(date_of(day))},
        denied_by=f"count(*) FILTER (WHERE {beyond} AND {query.name(column)} IS NOT NULL)",
        details=[say("missing.also", columns=others)] if others else [],
        effect=0.8,
        surprise=0.8,
    ).candidate(subject)
