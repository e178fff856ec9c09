"""The groups of one dimension before and after, and what each contributes to a change."""

import dataclasses
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from morello.analysis.insights.changes.amount import Amount
from morello.analysis.insights.changes.dimensions import grouped
from morello.analysis.insights.changes.explanation import GroupPart, Parts
from morello.analysis.insights.changes.question import Ask, Compared
from morello.analysis.methods.groups.decomposition import (
    Effects,
    Sides,
    Told,
    of_average,
    of_total,
)
from morello.analysis.methods.groups.unevenness import unevenness

GROUPS_MAX = 200
"""Values of a dimension told apart in the query; all others are one group."""
SHOWN_MAX = 12
"""Groups that are named in the answer; the others are added up."""

Row = dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """What every dimension is explained with."""

    dataset: str
    amount: Amount
    compared: Compared
    before: Fraction
    after: Fraction
    level: float
    """The old average or ratio; of a total, the growth of the whole."""


@dataclasses.dataclass(frozen=True, slots=True)
class Split:
    """The groups of one dimension, as the query gave them, and what each contributes."""

    dimension: str
    sql: str
    rows: list[Row]
    sides: list[Sides]
    effects: list[Effects]


def split_of(case: Case, ask: Ask, dimension: str) -> Split:
    """Ask for the groups of a dimension, and decompose the change over them."""
    columns = case.amount.columns(case.compared.when)
    sql = grouped(case.dataset, case.compared, columns, dimension, GROUPS_MAX)
    rows: list[Row] = ask(sql).to_pylist()
    sides = [
        Sides(
            case.amount.value(row, "before"),
            case.amount.value(row, "after"),
            case.amount.weight(row, "before"),
            case.amount.weight(row, "after"),
        )
        for row in rows
    ]
    effects = of_total(sides) if case.amount.is_total else of_average(sides)
    return Split(dimension, sql, rows, sides, effects)


def groups_of(case: Case, rows: list[Row], sides: list[Sides], numbers: Told) -> list[GroupPart]:
    """Name the groups that contribute most, and add up the others."""
    order = sorted(
        range(len(rows)),
        key=lambda each: (
            rows[each]["is_rest"],
            -abs(sum(numbers.parts[each], Decimal(0))),
            str(rows[each]["value"]),
        ),
    )
    named = [each for each in order[:SHOWN_MAX] if not rows[each]["is_rest"]]
    rest = [each for each in order if each not in set(named)]
    weights = [
        sum((getattr(each, name) for each in sides), Fraction(0))
        for name in ("weight_before", "weight_after")
    ]
    found = [_group(case, rows, sides, numbers, [each], weights) for each in named]
    return [*found, _group(case, rows, sides, numbers, rest, weights)] if rest else found


def _group(
    case: Case,
    rows: list[Row],
    sides: list[Sides],
    numbers: Told,
    chosen: list[int],
    weights: list[Fraction],
) -> GroupPart:
    values = [sum((getattr(sides[each], name) for each in chosen), Fraction(0))
              for name in ("before", "after", "weight_before", "weight_after")]  # fmt: skip
    counts = [
        sum(rows[each][name] or 0 for each in chosen) for name in ("rows_before", "rows_after")
    ]
    is_rest = len(chosen) > 1 or rows[chosen[0]]["is_rest"]
    status = "stayed" if all(counts) else "new" if counts[1] else "vanished"
    levels = [
        value if case.amount.is_total else value / weight if weight else None
        for value, weight in zip(values[:2], values[2:], strict=True)
    ]
    return GroupPart.model_validate(
        {
            "value": None if is_rest else rows[chosen[0]]["value"],
            "status": "rest" if is_rest else status,
            "before": None if levels[0] is None or not counts[0] else float(levels[0]),
            "after": None if levels[1] is None or not counts[1] else float(levels[1]),
            "share_before": float(values[2] / weights[0]) if weights[0] else 0.0,
            "share_after": float(values[3] / weights[1]) if weights[1] else 0.0,
            **added([numbers.parts[each] for each in chosen]).model_dump(),
        }
    )


def added(parts: list[Any]) -> Parts:
    """Add up the parts of some groups, as decimals."""
    size, mix, rate, both = (sum(each) for each in zip(*parts, strict=True))
    return Parts(
        contribution=float(size + mix + rate + both),
        size=float(size),
        mix=float(mix),
        rate=float(rate),
        both=float(both),
    )


def unevenness_of(case: Case, rows: list[Row], sides: list[Sides], numbers: Told) -> float:
    """Return how unevenly the change lies over the groups, in its own unit."""

    def column(name: str) -> Any:
        return np.array([float(row[name] or 0) for row in rows])

    contributions = np.array([float(sum(each)) for each in numbers.parts])
    squares = [column("square_before"), column("square_after")]
    if case.amount.is_total:
        base = np.array([float(each.before) for each in sides])
        variances = squares[1] + case.level**2 * squares[0]
    else:
        base = np.array([float(each.weight_before) for each in sides])
        variances = np.zeros(len(rows))
        for place, side in enumerate(("before", "after")):
            weight = float(sum(getattr(each, f"weight_{side}") for each in sides))
            beside = squares[place] - 2 * case.level * column(f"cross_{side}")
            beside += case.level**2 * column(f"weight_square_{side}")
            variances += np.maximum(beside, 0) / weight**2
    if not base.sum():
        base = np.ones(len(rows))
    spread = unevenness(contributions, base / base.sum(), variances)[0]
    # Groups that cancel each other out explain little of what is left of them.
    net = abs(contributions.sum()) / max(float(np.abs(contributions).sum()), 1e-300)
    return float(f"{spread * net:.6g}")
