"""Columns without anything in them, or with one value in all rows or in nearly all."""

import functools

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.quality.trouble import Trouble
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain, say
from morello.analysis.methods.profile import ColumnProfile

NAMED_MAX = 12
"""Columns that one finding names; of more it says how many there are."""
NEARLY = 0.998
_NEARLY_ROWS_MIN = 500
_NEARLY_DISTINCT_MAX = 20
_ROWS_MIN = 2


def find_emptiness(subject: Subject, search: Search) -> None:
    """Find empty and constant columns, told of together, and those with hardly another value."""
    columns = [
        each for each in subject.profile.columns if each.rows >= _ROWS_MIN and each.kind != "nested"
    ]
    empty = [each for each in columns if each.nulls == each.rows]
    constant = [
        each for each in columns if each.distinct == 1 and not each.nulls and not each.not_numbers
    ]
    if empty:
        search.candidates.append(_candidate(subject, empty, "empty", 0.8))
    if constant:
        search.candidates.append(_candidate(subject, constant, "constant", 0.6))
    nearly = [each for each in columns if _is_nearly_constant(each)]
    # Where many columns are nearly constant, as in sparse measurements, that is their nature.
    if len(nearly) <= max(2, 0.1 * len(columns)):
        search.candidates.extend(_nearly(each).candidate(subject) for each in nearly)


def _is_nearly_constant(column: ColumnProfile) -> bool:
    present = column.rows - column.nulls
    return (
        present >= _NEARLY_ROWS_MIN
        and column.kind in ("category", "text", "number")
        and column.zeros < _NEARLY_ROWS_MIN  # many zeros are counts of what is rare
        and 1 < column.distinct <= _NEARLY_DISTINCT_MAX
        and bool(column.top)
        and NEARLY * present <= column.top[0].count < present
    )


def _nearly(column: ColumnProfile) -> Trouble:
    value = plain(column.top[0].value)
    is_other = query.is_not_value(column.name, value)
    return Trouble(
        kind="nearly_constant",
        columns=[column.name],
        where=f"{is_other} AND {query.name(column.name)} IS NOT NULL",
        parameters={"value": value},
        share_max=1 - NEARLY,
        effect=0.5,
        surprise=0.6,
    )


def _candidate(
    subject: Subject, columns: list[ColumnProfile], kind: str, effect: float
) -> Candidate:
    named = [each.name for each in columns[:NAMED_MAX]]
    values = [f"count(DISTINCT {query.name(each)})" for each in named]
    return Candidate(
        id=":".join((kind, *named[:NAMED_MAX])),
        kind=kind,
        group="quality",
        columns=named,
        effect=effect,
        coverage=1.0,
        surprise=0.4,
        sql=query.select(
            {"rows": "count(*)", "values": f"greatest({', '.join([*values, '0'])})"},
            subject.source,
        ),
        rows_sql=f"SELECT DISTINCT {', '.join(map(query.name, named))} FROM {subject.source}",  # noqa: S608 - quoted
        tell=functools.partial(_tell, kind, named, len(columns), _value_of(columns[0])),
    )


def _value_of(column: ColumnProfile) -> object:
    return plain(column.top[0].value) if column.top else ""


def _tell(
    kind: str, named: list[str], count: int, value: object, numbers: Numbers
) -> Telling | None:
    if numbers["values"] > 1:
        return None
    rows = int(numbers["rows"])
    if count == 1:
        return Telling(say(kind, column=named[0], value=value, rows=rows))
    several = "several" if count <= len(named) else "many"
    return Telling(say(f"{kind}.{several}", columns=named, count=count, rows=rows))
