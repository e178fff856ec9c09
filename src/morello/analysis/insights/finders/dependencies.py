"""Columns that another column, or two together, give away."""

import functools

import numpy as np

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
    for place, first in enumerate(measures):
        for other, second in enumerate(measures[place + 1 :], start=place + 1):
            both = ~(np.isnan(table[:, place]) | np.isnan(table[:, other]))
            if both.sum() < _ROWS_MIN:
                continue
            if abs(pearson(table[both, place], table[both, other])) >= SAME_MIN:
                subject.formulas.append({first.name, second.name})
                subject.twins.add(second.name)
                search.candidates.append(_same(subject, first, second))


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


def _same(subject: Subject, first: ColumnProfile, second: ColumnProfile) -> Candidate:
    x, y = subject.number(first), subject.number(second)
    return Candidate(
        id=f"same:{first.name}:{second.name}",
        kind="same",
        group="quality",
        columns=[first.name, second.name],
        effect=0.5,
        coverage=1.0,
        surprise=0.3,
        sql=query.select({"r": f"corr({x}, {y})", "rows": f"count({x} + {y})"}, subject.source),
        tell=lambda numbers: Telling(
            say("same", first=first.name, second=second.name, r=round(numbers["r"], 4))
        ),
    )
