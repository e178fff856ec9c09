"""Straight lines between columns, and totals of several parts: exact but for a few rows."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOLDS_MIN = 0.98
ROWS_LOOKED_AT_MAX = 4_000
PARTS_MAX = 8
_PAIRS = 400
_DIGITS_MAX = 6
_ROWS_MIN = 100
_DISTINCT_MIN = 5
_ROUNDS = 4
_KEPT = 0.6
_CONDITION_MAX = 1e11


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """`y = slope * x + level`, to within how both are rounded."""

    slope: float
    level: float
    tolerance: float
    holds: float
    """Share of the rows where it does."""


def line_between(x: Floats, y: Floats) -> Line | None:
    """Find the line that nearly all rows lie on exactly; None without.

    By medians of slopes between rows (Theil, 1950; Sen, 1968), so that a few rows spoil nothing.
    Rows at the most frequent y say little, and are left out of the count.
    """
    both = np.flatnonzero(~(np.isnan(x) | np.isnan(y)))
    both = both[:: max(1, len(both) // ROWS_LOOKED_AT_MAX)]
    x, y = x[both], y[both]
    values, counts = np.unique(y, return_counts=True)
    if len(x) < _ROWS_MIN or len(values) < _DISTINCT_MIN:
        return None
    telling = y != values[np.argmax(counts)]
    slope = _slope(x, y)
    if slope is None or telling.sum() < _ROWS_MIN // 2:
        return None
    level = float(np.median(y - slope * x))
    rounded = 0.51 * (rounding_of(y) + abs(slope) * rounding_of(x))
    tolerance = rounded + 1e-9 * float(np.median(np.abs(y)))
    if tolerance > 0.02 * float(np.std(y)):  # any two columns are that near
        return None
    if abs(level) <= tolerance:
        level = 0.0
    holds = float((np.abs(slope * x + level - y)[telling] <= tolerance).mean())
    return Line(slope, level, tolerance, holds) if holds >= HOLDS_MIN else None


def rounding_of(values: Floats) -> float:
    """Return the unit that all values are whole multiples of: 1, 0.1 to 0.000001; 0 for finer."""
    for digits in range(_DIGITS_MAX + 1):
        scaled = values * 10.0**digits
        slack = 1e-6 + 1e-11 * float(np.abs(scaled).max())
        if np.abs(scaled - np.rint(scaled)).max() < slack:
            return float(10.0**-digits)
    return 0.0


def total_of(target: Floats, others: Floats) -> tuple[list[int], float] | None:
    """Find three or more columns of `others` that add up to `target`; and how often they do.

    Least squares over the rows that fit best so far; coefficients have to round to 0 or 1.
    """
    known = np.flatnonzero(~(np.isnan(target) | np.isnan(others).any(axis=1)))
    known = known[:: max(1, len(known) // ROWS_LOOKED_AT_MAX)]
    if len(known) < max(_ROWS_MIN, 5 * others.shape[1]):
        return None
    y, table = target[known], others[known]
    scale = np.maximum(table.std(axis=0), 1e-12)
    kept = np.arange(len(y))
    weights = np.zeros(table.shape[1])
    scaled = table / scale
    for _ in range(_ROUNDS):
        products = scaled[kept].T @ scaled[kept]
        if np.linalg.cond(products) > _CONDITION_MAX:  # a column follows from others
            return None
        solved = np.linalg.solve(products, scaled[kept].T @ y[kept])
        weights = solved / scale
        rest = np.abs(table @ weights - y)
        kept = np.argsort(rest)[: int(_KEPT * len(y))]
    chosen = np.flatnonzero(np.abs(weights - 1) < 0.02)  # noqa: PLR2004 - rounds to one
    others_left = np.delete(weights * scale, chosen)
    small = 0.02 * float(np.std(y))
    if not 3 <= len(chosen) <= PARTS_MAX or (np.abs(others_left) > small).any():  # noqa: PLR2004 - two are a formula
        return None
    near = np.abs(table[:, chosen].sum(axis=1) - y) <= np.maximum(0.0101, 1e-4 * np.abs(y))
    return (chosen.tolist(), float(near.mean())) if near.mean() >= 0.9 else None  # noqa: PLR2004 - nine rows of ten


def _slope(x: Floats, y: Floats) -> float | None:
    """Return the median slope between random rows, refined; None where there is none."""
    first, second = np.random.default_rng(0).integers(0, len(x), (2, _PAIRS))
    apart = x[first] != x[second]
    if apart.sum() < _PAIRS // 4:
        return None
    slopes = (y[first] - y[second])[apart] / (x[first] - x[second])[apart]
    return _refined(float(np.median(slopes)), x, y) or None


def _refined(slope: float, x: Floats, y: Floats) -> float:
    """Fit again by least squares over the rows nearest to the line."""
    for _ in range(2):
        rest = y - slope * x
        near = np.argsort(np.abs(rest - np.median(rest)))[: int(0.8 * len(x))]
        centred = x[near] - x[near].mean()
        spread = float((centred * centred).sum())
        if spread <= 0:
            return slope
        slope = float((centred * (y[near] - y[near].mean())).sum()) / spread
    return slope
