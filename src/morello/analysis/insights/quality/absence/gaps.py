"""Columns with gaps: which have them in the same rows, and since when or where they have them."""

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Candidate, Search
from morello.analysis.insights.quality.absence.cause import cause_of
from morello.analysis.insights.quality.absence.ending import ending_of
from morello.analysis.insights.quality.trouble import Trouble
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.quality.absence import absent_together
from morello.analysis.methods.quality.names import are_numbered

COLUMNS_MAX = 60
"""Columns with gaps that are looked at; the first in the table's order."""
NAMED_MAX = 8
ABSENT_SHARE_MIN = 0.2
"""A column with fewer gaps is told of only where they follow a pattern."""
_PATTERN_SHARE_MIN = 0.005
_PATTERN_ROWS_MIN = 20
_ROWS_MIN = 2
_CERTAIN = 1e-4
"""p of a cause from which on it will stand, however many tests there are."""


def find_gaps(subject: Subject, search: Search) -> None:
    """Tell once of the columns that are absent together: by their cause, or that they are."""
    columns = [
        each
        for each in subject.profile.columns
        if 0 < each.nulls < each.rows and each.rows >= _ROWS_MIN and each.kind != "nested"
    ]
    if len(columns) > COLUMNS_MAX:
        search.notes.append(say("note.gaps", looked=COLUMNS_MAX, there=len(columns)))
    columns = columns[:COLUMNS_MAX]
    if not columns or not subject.sample.rows:
        return
    absent = np.column_stack([subject.sample.absent(each.name) for each in columns])
    for group in absent_together(absent):
        _tell_of(subject, search, [columns[each] for each in group], absent[:, group[0]])


def _tell_of(
    subject: Subject, search: Search, columns: list[ColumnProfile], absent: NDArray[np.bool_]
) -> None:
    count = int(absent.sum())
    some = max(_PATTERN_ROWS_MIN, _PATTERN_SHARE_MIN * len(absent))
    cause: Candidate | None = None
    if some <= count <= len(absent) - _PATTERN_ROWS_MIN:
        cause = ending_of(subject, columns, absent) or cause_of(subject, search, columns, absent)
    if cause is not None:
        search.candidates.append(cause)
        if cause.p_value is None or cause.p_value < _CERTAIN:
            return
    if len(columns) > 1 and count >= _PATTERN_ROWS_MIN:
        # A series of columns, one for each year, say, lacks whole rows by nature.
        if not are_numbered(each.name for each in columns):
            search.candidates.append(_together(columns).candidate(subject))
    else:
        search.candidates.extend(
            _often(each).candidate(subject)
            for each in columns
            if each.nulls >= ABSENT_SHARE_MIN * each.rows
        )


def _together(columns: list[ColumnProfile]) -> Trouble:
    names = [each.name for each in columns[:NAMED_MAX]]
    absent = [f"{query.name(each)} IS NULL" for each in names]
    return Trouble(
        kind="missing_together" if len(names) == len(columns) else "missing_together.many",
        columns=names,
        where=" AND ".join(absent),
        parameters={"columns": names, "count": len(columns)},
        shown={"either": f"count(*) FILTER (WHERE {' OR '.join(absent)})"},
        effect=0.5,
        surprise=0.7,
    )


def _often(column: ColumnProfile) -> Trouble:
    return Trouble(
        kind="absent",
        columns=[column.name],
        where=f"{query.name(column.name)} IS NULL",
        shown={"absent": f"count(*) - count({query.name(column.name)})"},
        effect=0.4,
        surprise=0.4,
    )
