"""Formulas between columns: a column that is the sum, difference, product or ratio of two."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

COLUMNS_MAX = 14
"""Columns looked at together: the search is cubic."""
_PROBE_ROWS = 64
_HOLDS_SHARE = 0.9
_PRECISION = 0.0101

_OPERATIONS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Formula:
    """`target = left operation right`, where all three are columns by index."""

    target: int
    left: int
    operation: str
    right: int
    holds: float
    """Share of the rows where it does, to within a cent or 0.1 ‰."""


def formulas_of(table: Floats) -> list[Formula]:
    """Find the formulas that hold in at least 90 % of the rows; one for each target.

    `table` is rows by columns, NaN where absent. A ratio is found as the product it comes from.
    """
    whole = table[~np.isnan(table).any(axis=1)]
    if len(whole) < _PROBE_ROWS or table.shape[1] > COLUMNS_MAX:
        return []
    probe = whole[np.linspace(0, len(whole) - 1, _PROBE_ROWS).astype(int)]
    best: dict[frozenset[int], Formula] = {}
    for target, left, operation, right in _candidates(table.shape[1]):
        if _holds(probe, target, left, operation, right) < _HOLDS_SHARE - 0.1:
            continue
        holds = _holds(whole, target, left, operation, right)
        columns = frozenset((target, left, right))
        if holds >= _HOLDS_SHARE and (columns not in best or best[columns].holds < holds):
            best[columns] = Formula(target, left, operation, right, holds)
    return list(best.values())


def _candidates(columns: int) -> Iterator[tuple[int, int, str, int]]:
    for left, right in itertools.combinations(range(columns), 2):
        for target in range(columns):
            if target not in (left, right):
                yield target, left, "+", right
                yield target, left, "*", right


def _holds(table: Floats, target: int, left: int, operation: str, right: int) -> float:
    made = _OPERATIONS[operation](table[:, left], table[:, right])
    given = table[:, target]
    near = np.abs(made - given) <= np.maximum(_PRECISION, 1e-4 * np.abs(given))
    # A column of zeros or ones makes every sum or product trivial: only rows that say something.
    telling = (given != table[:, left]) & (given != table[:, right])
    if telling.mean() < 0.3:  # noqa: PLR2004 - too few rows to call it a formula
        return 0.0
    return float(near[telling].mean())
