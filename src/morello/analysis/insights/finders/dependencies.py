"""Columns that another column, or two together, give away."""

import functools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.finders.correlations import SAME_MIN
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say
from morello.analysis.methods.correlation import pearson
from morello.analysis.methods.formula import COLUMNS_MAX, Formula, formulas_of
from morello.analysis.methods.profile import ColumnProfile

_ROWS_MIN = 100
_ALWAYS = 0.9999


def find_dependencies(subject: Subject, search: Search) -> None:
    """Find sums and products of columns, and numbers that are one another in other units.

    What is found is remembered in `subject.formulas`, so that nobody tells it as news.
    """
    measures = subject.roles.measures[:COLUMNS_MAX]
    if len(measures) < 2:  # noqa: PLR2004 - nothing to compare
        return
    table = np.column_stack([subject.numbers(each) for each in measures])
    for formula in formulas_of(table):
        columns = [measures[each] for each in (formula.target, formula.left, formula.right)]
        subject.formulas.append({each.name for each in columns})
        search.candidates.append(_formula(subject, columns, formula))
    for first, *others in _alike(measures, table):
        subject.formulas.append({each.name for each in (first, *others)})
        subject.twins.update(each.name for each in others)
        search.candidates.append(_same(subject, first, others))


def _alike(measures: list[ColumnProfile], table: NDArray[np.float64]) -> list[list[ColumnProfile]]:
    """Gather the measures that move almost in step, each in one group only."""
    groups: list[list[ColumnProfile]] = []
    taken: set[int] = set()
    for place in range(len(measures)):
        others = [
            other
            for other in range(place + 1, len(measures))
            if not taken & {place, other} and _in_step(table[:, place], table[:, other])
        ]
        taken.update(others)
        if others:
            groups.append([measures[each] for each in (place, *others)])
    return groups


def _in_step(first: NDArray[np.float64], second: NDArray[np.float64]) -> bool:
    both = ~(np.isnan(first) | np.isnan(second))
    return int(both.sum()) >= _ROWS_MIN and abs(pearson(first[both], second[both])) >= SAME_MIN


def _formula(subject: Subject, columns: list[ColumnProfile], formula: Formula) -> Candidate:
    target, left, right = (query.number(each.name, each.type) for each in columns)
    names = [each.name for each in columns]
    differs = (
        f"abs({left} {formula.operation} {right} - {target})"
        f" > greatest(0.0101, 0.0001 * abs({target}))"
    )
    return Candidate(
        id=f"formula:{names[0]}={names[1]}{formula.operation}{names[2]}",
        kind="formula",
        group="quality",
        columns=names,
        effect=0.3 if formula.holds >= _ALWAYS else 0.6,  # exceptions are worth a look
        coverage=1.0,
        surprise=0.2 if formula.holds >= _ALWAYS else 0.7,
        sql=query.select(
            {
                "rows": f"count({left} + {right} + {target})",
                "exceptions": f"count(*) FILTER (WHERE {differs})",
            },
            subject.source,
        ),
        rows_sql=query.rows(subject.dataset, differs),
        tell=functools.partial(_tell_formula, names, formula.operation),
    )


def _tell_formula(names: list[str], operation: str, numbers: Numbers) -> Telling:
    sign = {"+": "+", "*": "×"}[operation]  # noqa: RUF001 - the sign people read
    way = "formula.exceptions" if numbers["exceptions"] else "formula.always"
    return Telling(
        say(
            way,
            target=names[0],
            left=names[1],
            sign=sign,
            right=names[2],
            exceptions=int(numbers["exceptions"]),
            rows=int(numbers["rows"]),
        )
    )


def _same(subject: Subject, first: ColumnProfile, others: list[ColumnProfile]) -> Candidate:
    x = subject.number(first)
    names = [each.name for each in (first, *others)]
    pairs = [f"abs(corr({x}, {subject.number(each)}))" for each in others]
    return Candidate(
        id=f"same:{':'.join(names)}",
        kind="same",
        group="quality",
        columns=names,
        effect=0.5,
        coverage=1.0,
        surprise=0.3,
        sql=query.select({"r": f"least({', '.join(pairs)})"}, subject.source),
        tell=lambda numbers: Telling(
            say(
                "same" if len(others) == 1 else "same.several",
                columns=names,
                r=round(numbers["r"], 3),
            )
        ),
    )
