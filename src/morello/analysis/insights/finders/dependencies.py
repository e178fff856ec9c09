"""Numbers that other numbers give away: sums, products, another unit, almost in step."""

import functools
import itertools
from collections.abc import Callable

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
from morello.analysis.methods.quality.lines import ROWS_LOOKED_AT_MAX, Line, line_between, total_of
from morello.analysis.methods.quality.names import are_numbered

_ROWS_MIN = 100
_ALWAYS = 0.9999

Floats = NDArray[np.float64]


def find_dependencies(subject: Subject, search: Search) -> None:
    """Find sums and products of columns, and numbers that are one another in other units.

    What is found is remembered in `subject.formulas`, so that nobody tells it as news.
    """
    measures = [each for each in subject.roles.measures if each.name not in subject.twins]
    measures = measures[:COLUMNS_MAX]
    if len(measures) < 2:  # noqa: PLR2004 - nothing to compare
        return
    table = np.column_stack([subject.numbers(each) for each in measures])
    few = max(1, len(table) // ROWS_LOOKED_AT_MAX)
    for first, second, line in _lines(measures, table[::few]):
        subject.formulas.append({first.name, second.name})
        subject.twins.add(second.name)
        search.candidates.append(_line(subject, first, second, line))
    kept = [place for place, each in enumerate(measures) if each.name not in subject.twins]
    measures, table = [measures[each] for each in kept], table[:, kept]
    for formula in formulas_of(table):
        columns = [measures[each] for each in (formula.target, formula.left, formula.right)]
        subject.formulas.append({each.name for each in columns})
        search.candidates.append(_formula(subject, columns, formula))
    _find_totals(subject, search, measures, table[::few])
    for first, *others in _alike(measures, table):
        names = [each.name for each in (first, *others)]
        subject.formulas.append(set(names))
        subject.twins.update(each.name for each in others)
        if not are_numbered(names):  # a series of columns, a year each, moves so by nature
            search.candidates.append(_same(subject, first, others))


def _lines(
    measures: list[ColumnProfile], table: Floats
) -> list[tuple[ColumnProfile, ColumnProfile, Line]]:
    """Find the measures that are an earlier one in another unit; each is told of once."""
    found = []
    taken: set[int] = set()
    for first, second in itertools.combinations(range(len(measures)), 2):
        if first in taken or second in taken:
            continue
        line = line_between(table[:, first], table[:, second])
        if line is not None:
            taken.add(second)
            found.append((measures[first], measures[second], line))
    return found


def _find_totals(
    subject: Subject, search: Search, measures: list[ColumnProfile], table: Floats
) -> None:
    """Find the measures that are the sum of three or more others."""
    for place, target in enumerate(measures):
        if any(target.name in each for each in subject.formulas):
            continue
        others = [each for each in range(len(measures)) if each != place]
        found = total_of(table[:, place], table[:, others])
        if found is None:
            continue
        parts = [measures[others[each]] for each in found[0]]
        subject.formulas.append({target.name, *(each.name for each in parts)})
        search.candidates.append(_total(subject, target, parts, found[1]))


def _alike(measures: list[ColumnProfile], table: Floats) -> list[list[ColumnProfile]]:
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


def _in_step(first: Floats, second: Floats) -> bool:
    both = ~(np.isnan(first) | np.isnan(second))
    return int(both.sum()) >= _ROWS_MIN and abs(pearson(first[both], second[both])) >= SAME_MIN


def _rule(
    subject: Subject,
    rule: tuple[str, list[str], float],
    made: tuple[str, str],
    tell: Callable[[Numbers], Telling | None],
) -> Candidate:
    """Make the suspicion that a column is a formula of others; rows that differ are exceptions."""
    kind, names, holds = rule
    known, differs = made
    return Candidate(
        id=f"{kind}:{':'.join(names)}",
        kind=kind,
        group="quality",
        columns=names,
        effect=0.3 if holds >= _ALWAYS else 0.6,  # exceptions are worth a look
        coverage=1.0,
        surprise=0.2 if holds >= _ALWAYS else 0.7,
        sql=query.select(
            {"rows": f"count({known})", "exceptions": f"count(*) FILTER (WHERE {differs})"},
            subject.source,
        ),
        rows_sql=query.rows(subject.dataset, differs),
        tell=tell,
    )


def _line(subject: Subject, first: ColumnProfile, second: ColumnProfile, line: Line) -> Candidate:
    x, y = (query.number(each.name, each.type) for each in (first, second))
    made = f"({x} * {query.value(line.slope)} + {query.value(line.level)})"
    slack = max(2 * line.tolerance, 1e-9)
    differs = f"abs({made} - {y}) > greatest({query.value(slack)}, 1e-6 * abs({y}))"
    names = [second.name, first.name]
    made_of = f"{x} + {y}"
    tell = functools.partial(_tell_line, names, line)
    return _rule(subject, ("line", names, line.holds), (made_of, differs), tell)


def _tell_line(names: list[str], line: Line, numbers: Numbers) -> Telling:
    kind = "line" if line.level == 0 else "line.level.up" if line.level > 0 else "line.level.down"
    way = "exceptions" if numbers["exceptions"] else "always"
    return Telling(
        say(
            f"{kind}.{way}",
            target=names[0],
            source=names[1],
            # As text, for a factor such as 2.2046 needs more digits than sentences have.
            slope=f"{line.slope:,.5g}",
            level=f"{abs(line.level):,.5g}",
            exceptions=int(numbers["exceptions"]),
            rows=int(numbers["rows"]),
        )
    )


def _total(
    subject: Subject, target: ColumnProfile, parts: list[ColumnProfile], holds: float
) -> Candidate:
    y, *terms = (query.number(each.name, each.type) for each in (target, *parts))
    made = " + ".join(terms)
    differs = f"abs({made} - {y}) > greatest(0.0101, 0.0001 * abs({y}))"
    names = [target.name, *(each.name for each in parts)]
    tell = functools.partial(_tell_total, names)
    return _rule(subject, ("total", names, holds), (f"{made} + {y}", differs), tell)


def _tell_total(names: list[str], numbers: Numbers) -> Telling:
    way = "total.exceptions" if numbers["exceptions"] else "total.always"
    exceptions, rows = int(numbers["exceptions"]), int(numbers["rows"])
    parameters = {"target": names[0], "parts": names[1:]}
    return Telling(say(way, **parameters, exceptions=exceptions, rows=rows))


def _formula(subject: Subject, columns: list[ColumnProfile], formula: Formula) -> Candidate:
    target, left, right = (query.number(each.name, each.type) for each in columns)
    names = [each.name for each in columns]
    differs = (
        f"abs({left} {formula.operation} {right} - {target})"
        f" > greatest(0.0101, 0.0001 * abs({target}))"
    )
    known = f"{left} + {right} + {target}"
    tell = functools.partial(_tell_formula, names, formula.operation)
    candidate = _rule(subject, ("formula", names, formula.holds), (known, differs), tell)
    candidate.id = f"formula:{names[0]}={names[1]}{formula.operation}{names[2]}"
    return candidate


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
        rows_sql=query.rows(
            subject.dataset, " AND ".join(f"{query.name(each)} IS NOT NULL" for each in names)
        ),
        tell=lambda numbers: Telling(
            say(
                "same" if len(others) == 1 else "same.several",
                columns=names,
                r=round(numbers["r"], 3),
            )
        ),
    )
