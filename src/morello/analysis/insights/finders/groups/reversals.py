"""Associations that turn around within the groups of a third column: Simpson's paradox."""

import dataclasses
import functools

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
from morello.analysis.methods.groups.reversal import FLIPPED_MIN, SIZE_MIN, Reversal, reversals_of

_LARGE = 0.8
_FLIPPED_KEPT = 0.8 * FLIPPED_MIN
"""Of that share in the sample, what must be left in the whole table."""

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class _Turn:
    """A contrast of one column, which turns within the groups of another."""

    column: Feature
    condition: Condition
    by: Feature
    found: Reversal


class Reversals:
    """Keeps the clearest reversal of each target while the columns pass."""

    def __init__(self, targets: list[Target], taken: list[set[str]]) -> None:
        self._targets = targets
        self._taken = taken
        """For each target, the columns that give it away."""
        self._best: list[_Turn | None] = [None] * len(targets)
        self._tried = [0] * len(targets)

    def look(self, first: Feature, second: Feature, cells: Cells, spreads: Floats) -> None:
        """Look at two columns, each within the groups of the other."""
        turned = Cells(cells.rows.transpose(0, 2, 1), cells.sums.transpose(0, 2, 1))
        for column, by, given in ((first, second, cells), (second, first, turned)):
            conditions, contrasts = _contrasts(column)
            if not conditions:
                continue
            found = reversals_of(given, contrasts, spreads)
            for place, best in enumerate(found.best):
                if {column.name, by.name} & self._taken[place]:
                    continue
                self._tried[place] += found.tried[place]
                known = self._best[place]
                if best and (known is None or best.p_value < known.found.p_value):
                    self._best[place] = _Turn(column, conditions[best.contrast], by, best)

    def report(self, subject: Subject, search: Search) -> None:
        """Correct the clearest of each target for all that were tried, and suspect it."""
        for target, best, tried in zip(self._targets, self._best, self._tried, strict=True):
            p_value = min(1.0, best.found.p_value * tried) if best else 1.0
            search.tests.append(p_value)
            if best is not None and p_value < 1:
                search.candidates.append(_candidate(subject, target, best, p_value))


def _contrasts(column: Feature) -> tuple[list[Condition], Floats]:
    """Return what is compared: each value with the rest, of a number the upper half with the lower.

    The lower half of a number says the same again, so only ranges above an edge are taken.
    """
    conditions = column.conditions
    if column.is_number:
        middle = [each for each in conditions if each.holds[-1] and not each.holds[0]]
        conditions = middle[len(middle) // 2 : len(middle) // 2 + 1]
    elif column.size == 2:  # noqa: PLR2004 - the other value says the same again
        conditions = conditions[:1]
    return conditions, np.array([each.holds for each in conditions]).reshape(-1, column.size)


def _candidate(subject: Subject, target: Target, turn: _Turn, p_value: float) -> Candidate:
    column, by = turn.column, turn.by
    sizes = abs(turn.found.whole), abs(turn.found.within)
    inner = query.select(
        {"inside": turn.condition.sql, "part": by.sql, "x": target.number},
        subject.source,
        f"({by.sql}) IS NOT NULL AND {query.name(column.name)} IS NOT NULL",
    )
    cells = query.select(
        {
            "sum_in": "sum(x) FILTER (WHERE inside)",
            "sum_out": "sum(x) FILTER (WHERE NOT inside)",
            "n_in": "count(x) FILTER (WHERE inside)",
            "n_out": "count(x) FILTER (WHERE NOT inside)",
        },
        f"({inner})",
    )
    gap = "(sum_in / nullif(n_in, 0) - sum_out / nullif(n_out, 0))"
    weight = "(n_in * n_out / nullif(n_in + n_out, 0))"
    within = f"sum({gap} * {weight}) / sum({weight}) FILTER (WHERE {gap} IS NOT NULL)"
    turned = f"{weight} * CAST(sign({gap}) = {np.sign(turn.found.within):.0f} AS DOUBLE)"
    columns = {
        "mean": "sum(sum_in) / sum(n_in)",
        "elsewhere": "sum(sum_out) / sum(n_out)",
        "within": within,
        "turned": f"sum({turned}) / sum({weight}) FILTER (WHERE {gap} IS NOT NULL)",
        "groups": f"count({gap})",
        "groups_turned": f"count(*) FILTER (WHERE sign({gap}) = {np.sign(turn.found.within):.0f})",
        "rows": "sum(n_in)",
    }
    known = ~np.isnan(target.values) & (column.codes >= 0) & (by.codes >= 0)
    return Candidate(
        id=f"reversal:{turn.condition.key}|{by.name}:{target.name}",
        kind="reversal",
        group="patterns",
        columns=[column.name, target.name, by.name],
        p_value=p_value,
        effect=min(1.0, min(sizes) / _LARGE),
        coverage=float(known.mean()),
        surprise=1.0,
        sql=query.select(columns, f"({cells} GROUP BY part)"),
        rows_sql=query.rows(subject.dataset, turn.condition.sql),
        tell=functools.partial(_tell, target, turn),
        draw=functools.partial(_chart, target, turn),
        size=turn.found.whole,
        # It says more than the difference that turns out to be none.
        strength=2.0 + min(sizes) * target.weight,
    )


def _tell(target: Target, turn: _Turn, numbers: Numbers) -> Telling | None:
    whole, within = numbers["mean"] - numbers["elsewhere"], numbers["within"]
    spread = max(float(np.nanstd(target.values)), 1e-300)
    if whole * turn.found.whole <= 0 or within * turn.found.within <= 0:
        return None
    if numbers["turned"] < _FLIPPED_KEPT or abs(within) < 0.5 * SIZE_MIN * spread:
        return None
    shape = ".rate" if target.is_rate else ""
    told = [
        share(each) if target.is_rate else each for each in (numbers["mean"], numbers["elsewhere"])
    ]
    message = say(
        f"reversal.{direction(whole)}{shape}",
        condition=turn.condition.words,
        what=target.what,
        given=told[0],
        other=told[1],
        within=abs(within) * (100 if target.is_rate else 1),
        by=turn.by.name,
    )
    details = [
        say(
            "reversal.groups",
            by=turn.by.name,
            turned=int(numbers["groups_turned"]),
            groups=int(numbers["groups"]),
        )
    ]
    return Telling(message, details, [say("reversal.caveat", by=turn.by.name)])


def _chart(target: Target, turn: _Turn) -> Chart:
    """Draw both views: all rows first, then each group, the two sides beside each other."""
    column, by = turn.column, turn.by
    inside = np.append(turn.condition.holds, 0.0)[column.codes] > 0
    known = ~np.isnan(target.values) & (column.codes >= 0) & (by.codes >= 0)
    names = ["Σ", *by.labels]
    roles: tuple[Role, Role] = ("highlight", "plain")
    series = []
    for side, role in zip((True, False), roles, strict=True):
        used = known & (inside == side)
        counts = np.bincount(by.codes[used], minlength=by.size).astype(float)
        sums = np.bincount(by.codes[used], target.values[used], by.size)
        counts, sums = (np.insert(each, 0, each.sum()) for each in (counts, sums))
        means = [float(total / count) if count else None
                 for total, count in zip(sums, counts, strict=True)]  # fmt: skip
        series.append(
            Series(name=turn.condition.key if side else "…", x=[*names], y=means, role=role)
        )
    return Chart(
        kind="bar",
        title=say("groups.chart", what=target.what, first=by.name, second=column.name),
        x=Axis(title=by.name, scale="category"),
        y=Axis(title=target.what, unit=SHARE if target.is_rate else ""),
        series=series,
        note=say("reversal.chart"),
    )
