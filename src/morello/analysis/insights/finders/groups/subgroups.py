"""Groups of rows by two conditions, which say together what neither says alone."""

import dataclasses
import functools
import math

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import SHARE, Axis, Chart, Role, Series
from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.finders.groups.feature import Condition, Feature
from morello.analysis.insights.finders.groups.target import Target
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import direction, say, share
from morello.analysis.methods.groups.cells import Cells
from morello.analysis.methods.groups.subgroup import SIZE_MIN, interaction_p, scan

_KEPT_MAX = 6
"""Of each target, the pairs of columns that are tested in earnest."""
_STEEPNESS = 1.2
_FOLLOWS_MAX = 0.97
_ALONG_MAX = 0.35
"""Cramér's V of two columns beyond which no subgroup of both is looked for."""

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class _Pair:
    """Two conditions on two columns, and how far their cell stands out at first sight."""

    features: tuple[Feature, Feature]
    conditions: tuple[Condition, Condition]
    z: float


class Subgroups:
    """Keeps the most striking pairs of conditions while the columns pass."""

    def __init__(self, targets: list[Target], taken: list[set[str]]) -> None:
        self._targets = targets
        self._taken = taken
        """For each target, the columns that give it away."""
        self._kept: list[list[_Pair]] = [[] for _ in targets]
        self._tried = [0] * len(targets)

    def look(self, first: Feature, second: Feature, cells: Cells, spreads: Floats) -> bool:
        """Look at two columns; return whether they meet at all."""
        meet, freely = _meet(cells)
        if not freely or not first.conditions or not second.conditions:
            return meet
        found = scan(cells, first.masks, second.masks, spreads)
        for place, best in enumerate(found.best):
            if {first.name, second.name} & self._taken[place]:
                continue
            self._tried[place] += found.tried[place]
            if best is None:
                continue
            conditions = first.conditions[best.first], second.conditions[best.second]
            kept = self._kept[place]
            kept.append(_Pair((first, second), conditions, best.z))
            kept.sort(key=lambda each: -abs(each.z))
            del kept[_KEPT_MAX:]
        return True

    def report(self, subject: Subject, search: Search, rows: NDArray[np.int64]) -> None:
        """Test the best of each target, correct it for all that were tried, and suspect it."""
        for target, kept, tried in zip(self._targets, self._kept, self._tried, strict=True):
            tested = [(_p_value(target, each), each) for each in kept]
            if not tried:
                continue
            p_value, best = min(tested, key=lambda each: each[0], default=(1.0, None))
            corrected = min(1.0, p_value * tried)
            search.tests.append(corrected)
            if best is not None and corrected < 1:
                search.candidates.append(_candidate(subject, target, best, corrected, rows))


def _meet(cells: Cells) -> tuple[bool, bool]:
    """Tell whether two columns' values meet at all, and whether they meet freely.

    Where one follows the other there is nothing to compare; where they go along, what either does
    by itself looks as if both did it together.
    """
    table = cells.rows.max(axis=0)
    total = table.sum()
    if total <= 0:
        return False, False
    follow = max(table.max(axis=0).sum(), table.max(axis=1).sum())
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    chi = float(((table - expected) ** 2 / np.maximum(expected, 1e-12)).sum())
    strength = (chi / total / max(min(table.shape) - 1, 1)) ** 0.5
    return bool(follow < _FOLLOWS_MAX * total), strength <= _ALONG_MAX


def _masks(pair: _Pair) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    first, second = (
        np.append(condition.holds, 0.0)[feature.codes] > 0
        for feature, condition in zip(pair.features, pair.conditions, strict=True)
    )
    return first, second


def _p_value(target: Target, pair: _Pair) -> float:
    first, second = _masks(pair)
    parts = pair.features[0].fine, pair.features[1].fine
    return interaction_p(target.values, first, second, parts)


def _candidate(
    subject: Subject, target: Target, pair: _Pair, p_value: float, rows: NDArray[np.int64]
) -> Candidate:
    first, second = _masks(pair)
    inside = first & second
    known = ~np.isnan(target.values)
    spread = float(np.nanstd(target.values))
    size = float(target.values[inside & known].mean() - target.values[~inside & known].mean())
    size /= max(spread, 1e-300)
    one, other = (each.sql for each in pair.conditions)
    when = {
        "": f"{one} AND {other}",
        "_first": f"{one} AND NOT {other}",
        "_second": f"{other} AND NOT {one}",
        "_elsewhere": f"NOT ({one} AND {other})",
    }
    columns = {
        f"{name}{suffix}": f"{aggregate}({target.number}) FILTER (WHERE {condition})"
        for name, aggregate in (("mean", "avg"), ("rows", "count"))
        for suffix, condition in when.items()
    }
    covered = float(inside[known].mean())
    whole = np.zeros(subject.sample.rows, dtype=bool)
    whole[rows[inside]] = True
    return Candidate(
        id=f"subgroup:{pair.conditions[0].key}&{pair.conditions[1].key}:{target.name}",
        kind="subgroup",
        group="business",
        columns=[pair.features[0].name, pair.features[1].name, target.name],
        p_value=p_value,
        effect=1 - math.exp(-_STEEPNESS * abs(size)),
        coverage=covered,
        surprise=0.95,
        sql=query.select(columns, subject.source),
        rows_sql=query.rows(subject.dataset, when[""]),
        tell=functools.partial(_tell, target, pair, spread),
        draw=functools.partial(_chart, target, pair),
        size=size,
        strength=abs(size) * min(covered, 1 - covered) ** 0.5 * target.weight,
        inside=whole,
    )


def _tell(target: Target, pair: _Pair, spread: float, numbers: Numbers) -> Telling | None:
    mean, elsewhere = numbers["mean"], numbers["mean_elsewhere"]
    parts = numbers["mean_first"], numbers["mean_second"]
    gaps = [mean - each for each in parts]
    least = 0.5 * SIZE_MIN * spread
    if any(each * pair.z <= 0 or abs(each) < least for each in gaps):
        return None
    told = [share(each) if target.is_rate else each for each in (mean, elsewhere, *parts)]
    first, second = (each.words for each in pair.conditions)
    shape = ".rate" if target.is_rate else ""
    message = say(
        f"subgroup.{direction(mean - elsewhere)}{shape}",
        first=first,
        second=second,
        what=target.what,
        given=told[0],
        other=told[1],
    )
    details = [
        say(f"subgroup.parts{shape}", first=first, second=second, one=told[2], two=told[3]),
        say("subgroup.rows", rows=int(numbers["rows"])),
    ]
    return Telling(message, details, [say("subgroup.tested")])


def _chart(target: Target, pair: _Pair) -> Chart:
    """Draw the average over the first column, in rows where the second condition holds or not."""
    first, second = pair.features
    _, holds = _masks(pair)
    known = ~np.isnan(target.values) & (first.codes >= 0) & (second.codes >= 0)
    roles: tuple[Role, Role] = ("highlight", "plain")
    series = []
    for inside, role in zip((True, False), roles, strict=True):
        used = known & (holds == inside)
        counts = np.bincount(first.codes[used], minlength=first.size)
        sums = np.bincount(first.codes[used], target.values[used], first.size)
        means = [float(total / count) if count else None
                 for total, count in zip(sums, counts, strict=True)]  # fmt: skip
        name = pair.conditions[1].key if inside else "…"
        series.append(Series(name=name, x=[*first.labels], y=means, role=role))
    return Chart(
        kind="bar",
        title=say("groups.chart", what=target.what, first=first.name, second=second.name),
        x=Axis(title=first.name, scale="category"),
        y=Axis(title=target.what, unit=SHARE if target.is_rate else ""),
        series=series,
        note=say("groups.chart.others"),
    )
