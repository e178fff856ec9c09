"""Columns without anything in them, or with one value only."""

from morello.analysis.insights.candidate import Candidate, Search, Telling
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain, say, share
from morello.analysis.methods.profile import ColumnProfile

ABSENT_SHARE_MIN = 0.2
"""A column with fewer gaps is told of only where they follow a pattern."""
_ROWS_MIN = 2


def find_emptiness(subject: Subject, search: Search) -> None:
    """Find empty and constant columns, and those absent in much of the table."""
    for column in subject.profile.columns:
        if column.rows < _ROWS_MIN or column.kind == "nested":
            continue
        if column.nulls == column.rows:
            search.candidates.append(_candidate(subject, column, "empty", 0.8))
        elif column.distinct == 1 and column.nulls == 0 and not column.not_numbers:
            search.candidates.append(_candidate(subject, column, "constant", 0.6))
        elif column.nulls >= ABSENT_SHARE_MIN * column.rows:
            search.candidates.append(_candidate(subject, column, "absent", 0.4))


def _candidate(subject: Subject, column: ColumnProfile, kind: str, effect: float) -> Candidate:
    name = query.name(column.name)
    value = plain(column.top[0].value) if column.top else ""
    return Candidate(
        id=f"{kind}:{column.name}",
        kind=kind,
        group="quality",
        columns=[column.name],
        effect=effect,
        coverage=column.nulls / column.rows if kind == "absent" else 1.0,
        surprise=0.4,
        sql=query.select(
            {
                "rows": "count(*)",
                "absent": f"count(*) - count({name})",
            },
            subject.source,
        ),
        rows_sql=query.rows(subject.dataset, f"{name} IS NULL") if kind == "absent" else None,
        tell=lambda numbers: Telling(
            say(
                kind,
                column=column.name,
                value=value,
                rows=int(numbers["rows"]),
                absent=int(numbers["absent"]),
                share=share(numbers["absent"] / max(numbers["rows"], 1)),
            )
        ),
    )
