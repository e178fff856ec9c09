"""Measures that move together."""

import functools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.pictures import points_chart
from morello.analysis.insights.table import query
from morello.analysis.insights.table.past import only_wander
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.correlation import Pair, pairs_of, pearson
from morello.analysis.methods.difference import winsorized
from morello.analysis.methods.profile import ColumnProfile

STRENGTH_MIN = 0.2
"""Least rank correlation worth telling."""
SAME_MIN = 0.98
"""Beyond it, two columns are one thing measured twice: a matter of quality."""
_ECHO_MARGIN = 0.06


def find_correlations(subject: Subject, search: Search) -> None:
    """Correlate every two measures; leave out what follows from formulas and from other pairs."""
    measures = [each for each in subject.roles.measures if each.name not in subject.twins]
    if len(measures) < 2:  # noqa: PLR2004 - nothing to compare
        return
    table = np.column_stack([subject.numbers(each) for each in measures])
    pairs = pairs_of(table)
    search.tests.extend(pair.p_value for pair in pairs)
    strong = [
        pair
        for pair in pairs
        if abs(pair.spearman) >= STRENGTH_MIN
        and pair.spearman * pair.pearson > 0
        and max(abs(pair.spearman), abs(pair.pearson)) < SAME_MIN
        and not _is_formula(subject, measures, pair)
        and not only_wander(subject, table[:, pair.first], table[:, pair.second])
    ]
    for pair in _without_chains(strong):
        if not _is_echo_of_groups(subject, table, pair):
            search.candidates.append(_candidate(subject, measures, pair))


def _is_formula(subject: Subject, measures: list[ColumnProfile], pair: Pair) -> bool:
    names = {measures[pair.first].name, measures[pair.second].name}
    return any(names <= formula for formula in subject.formulas)


def _without_chains(pairs: list[Pair]) -> list[Pair]:
    """Drop a pair that two stronger ones account for: a-b and b-c make a-c."""
    strength = {frozenset((pair.first, pair.second)): abs(pair.spearman) for pair in pairs}
    columns = {column for pair in pairs for column in (pair.first, pair.second)}
    kept = []
    for pair in pairs:
        own = abs(pair.spearman)
        chained = False
        for middle in columns - {pair.first, pair.second}:
            left = strength.get(frozenset((pair.first, middle)), 0.0)
            right = strength.get(frozenset((middle, pair.second)), 0.0)
            chained |= min(left, right) > own and own <= left * right + _ECHO_MARGIN
        if not chained:
            kept.append(pair)
    return kept


def _is_echo_of_groups(subject: Subject, table: NDArray[np.float64], pair: Pair) -> bool:
    """Tell whether the correlation is gone within the groups of some dimension."""
    both = ~np.isnan(table[:, pair.first]) & ~np.isnan(table[:, pair.second])
    first = winsorized(table[both, pair.first])
    second = winsorized(table[both, pair.second])
    whole = pearson(first, second)
    for dimension in subject.roles.dimensions:
        codes, values = subject.sample.codes(dimension.name)
        slots = codes[both] + 1
        inner = pearson(_within(first, slots, len(values)), _within(second, slots, len(values)))
        if inner * whole <= 0 or abs(inner) < 0.4 * abs(whole):
            return True
    return False


def _within(
    values: NDArray[np.float64], slots: NDArray[np.int32], groups: int
) -> NDArray[np.float64]:
    counts = np.maximum(np.bincount(slots, minlength=groups + 1), 1)
    return np.asarray(values - (np.bincount(slots, values, groups + 1) / counts)[slots])


def _candidate(subject: Subject, measures: list[ColumnProfile], pair: Pair) -> Candidate:
    first, second = measures[pair.first], measures[pair.second]
    x, y = subject.number(first), subject.number(second)
    inner = (
        f"(SELECT {x} AS x, {y} AS y, median({x}) OVER () AS middle FROM {subject.source}"  # noqa: S608 - every part is quoted
        f" WHERE {x} IS NOT NULL AND {y} IS NOT NULL)"
    )
    return Candidate(
        id=f"correlation:{first.name}:{second.name}",
        kind="correlation",
        group="patterns",
        columns=[first.name, second.name],
        p_value=pair.p_value,
        effect=min(abs(pair.spearman), abs(pair.pearson)),
        coverage=pair.rows / max(subject.sample.rows, 1),
        # Nobody is surprised by what is all but the same.
        surprise=0.8 - 1.45 * max(0.0, abs(pair.spearman) - 0.5),
        sql=query.select(
            {
                "r": "corr(x, y)",
                "rows": "count(*)",
                "middle": "any_value(middle)",
                "above": "avg(y) FILTER (WHERE x > middle)",
                "below": "avg(y) FILTER (WHERE x <= middle)",
            },
            inner,
        ),
        tell=functools.partial(_tell, first.name, second.name, pair),
        draw=functools.partial(points_chart, subject, first, second),
        size=pair.spearman,
    )


def _tell(first: str, second: str, pair: Pair, numbers: Numbers) -> Telling | None:
    if numbers["r"] * pair.spearman <= 0:
        return None
    size = min(abs(pair.spearman), abs(pair.pearson))
    way = "together" if pair.spearman > 0 else "apart"
    details = [
        say(
            "correlation.halves",
            first=first,
            second=second,
            middle=numbers["middle"],
            above=numbers["above"],
            below=numbers["below"],
        )
    ]
    strength = "strong" if size >= 0.6 else "clear" if size >= 0.35 else "weak"  # noqa: PLR2004 - Cohen's classes, a little stricter
    word = say(f"correlation.{strength}")
    r = share(numbers["r"])
    return Telling(
        say(f"correlation.{way}", first=first, second=second, r=r, strength=word), details
    )
