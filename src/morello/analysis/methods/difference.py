"""Groups that differ from the rest: Welch's test of means, the strongest group first."""

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.significance.distributions import f_tail, t_tail

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]
Totals = NDArray[Any]

ROWS_MIN = 20
"""Rows a group, and the rest, must have to be tested."""
WINSOR_SHARE = 0.005
_LATER_P_MAX = 0.001
"""For groups after the strongest, corrected for how many there are."""


@dataclasses.dataclass(frozen=True, slots=True)
class Gap:
    """One group beside all others."""

    group: int
    rows: int
    difference: float
    """Mean of the group minus mean of the others."""
    size: float
    """The same in standard deviations within groups (Cohen's d)."""
    p_value: float


@dataclasses.dataclass(frozen=True, slots=True)
class Gaps:
    """The groups that differ, strongest first, each from those not listed before it."""

    tests: list[float]
    """p of every group in the first round."""
    found: list[Gap]
    explained: float
    """Share of the variance that lies between groups, corrected for their number (epsilon²)."""
    p_value: float
    """Of the test that any group differs (F)."""


def gaps_of(values: Floats, codes: Codes, groups: int, size_min: float) -> Gaps:
    """Compare each group with the rest, then those left without it, and so on.

    `codes` are 0..groups-1, negative where unknown (those rows count as rest). Values are taken
    with their outer 0.5 % pulled in, so that a single one cannot make a group.
    """
    known = ~np.isnan(values)
    values, codes = winsorized(values[known]), codes[known]
    slots = np.where((codes < 0) | (codes >= groups), groups, codes)
    counts = np.bincount(slots, minlength=groups + 1).astype(np.float64)
    sums = np.bincount(slots, values, groups + 1)
    squares = np.bincount(slots, values**2, groups + 1)
    active = np.ones(groups + 1, dtype=bool)
    first: list[float] = []
    found: list[Gap] = []
    for turn in range(min(groups, 4)):
        gaps = _round(counts, sums, squares, active)
        if turn == 0:
            first = [each.p_value for each in gaps]
        if turn and gaps:
            gaps = [each for each in gaps if each.p_value * len(gaps) <= _LATER_P_MAX]
        gaps = [each for each in gaps if abs(each.size) >= size_min]
        if not gaps:
            break
        left = counts[active].sum()
        # Of two groups that make the whole, the smaller is the one that differs.
        best = max(
            gaps,
            key=lambda each: (
                round(abs(each.size) * min(each.rows, left - each.rows) ** 0.5, 9),
                -each.rows,
            ),
        )
        found.append(best)
        active[best.group] = False
    return Gaps(first, found, *_explained(counts, sums, squares))


def winsorized(values: Floats) -> Floats:
    """Pull the outer 0.5 % at each end in to the quantile there."""
    if len(values) < ROWS_MIN:
        return values
    low, high = np.quantile(values, [WINSOR_SHARE, 1 - WINSOR_SHARE])
    return np.clip(values, low, high) if high > low else values


def _round(counts: Floats, sums: Totals, squares: Totals, active: NDArray[np.bool_]) -> list[Gap]:
    gaps = []
    total, total_sum, total_squares = (each[active].sum() for each in (counts, sums, squares))
    for group in np.flatnonzero(active[:-1]):
        rows, rest = counts[group], total - counts[group]
        if rows < ROWS_MIN or rest < ROWS_MIN:
            continue
        mean, rest_mean = sums[group] / rows, (total_sum - sums[group]) / rest
        inner = max(squares[group] - rows * mean**2, 0.0)
        outer = max(total_squares - squares[group] - rest * rest_mean**2, 0.0)
        spread = ((inner + outer) / (rows + rest - 2)) ** 0.5
        if spread <= 0:
            continue
        a, b = inner / (rows - 1) / rows, outer / (rest - 1) / rest
        degrees = (a + b) ** 2 / (a**2 / (rows - 1) + b**2 / (rest - 1))
        difference = float(mean - rest_mean)
        # A few rows of a skewed column seem calmer than they are: doubt them as all rows are.
        error = max(a + b, spread**2 * (1 / rows + 1 / rest)) ** 0.5
        p_value = t_tail(difference / float(error), float(degrees))
        gaps.append(Gap(int(group), int(rows), difference, difference / float(spread), p_value))
    return gaps


def _explained(counts: Floats, sums: Totals, squares: Totals) -> tuple[float, float]:
    used = counts > 0
    rows, groups = counts.sum(), int(used.sum())
    if groups < 2 or rows <= groups:  # noqa: PLR2004 - nothing to compare
        return 0.0, 1.0
    mean = sums.sum() / rows
    between = float((sums[used] ** 2 / counts[used]).sum() - rows * mean**2)
    whole = float(squares.sum() - rows * mean**2)
    within = max(whole - between, 0.0)
    if whole <= 0 or within <= 0:
        return (1.0, 0.0) if whole > 0 else (0.0, 1.0)
    inner = within / (rows - groups)
    explained = max(0.0, (between - (groups - 1) * inner) / whole)
    return explained, f_tail(between / (groups - 1) / inner, groups - 1, rows - groups)
