"""Outliers: values that the tail of their own column does not explain.

Whether a column is bell-shaped, skewed or heavy-tailed, its largest values belong to a tail. A
generalized Pareto shape is fitted to that tail with the suspects left out, the tail is unbent to
an exponential one, and there the normalized gaps between neighbours are independent exponentials
(Sukhatme, 1937; Rényi, 1953). A gap far too wide for them separates outliers from the rest.
"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROWS_MIN = 60
SUSPECTS_MAX = 200
EXTREMES = 1_001
"""Values of a tail that are looked at."""
_SUSPECT_SHARE = 0.01
_TAIL_SHARE = 0.1
_TAIL_MIN = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Tail:
    """The outliers at one end."""

    p_value: float
    """Of the widest gap, corrected for the number of gaps looked at."""
    count: int
    edge: float
    """The outlier nearest to the others."""
    inner: float
    """The most extreme of the others."""
    distance: float
    """The gap, in robust standard deviations of the whole column."""


def tail_of(values: Floats, *, upper: bool, extremes: Floats | None = None, rows: int = 0) -> Tail:
    """Look for outliers at one end of `values` (finite, in any order, at least ROWS_MIN).

    When `values` are a sample, `extremes` are the most extreme EXTREMES of all `rows` values.
    """
    sign = 1.0 if upper else -1.0
    shown = values if extremes is None else extremes
    count = max(rows, len(shown))
    # Rounded values are spread over their step, for ties are no evidence of gaps.
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, len(shown)) * grain_of(values)
    smooth = sign * shown + noise
    order = np.argsort(-smooth, kind="stable")
    ordered = smooth[order]
    tail = int(min(max(count * _TAIL_SHARE, _TAIL_MIN), EXTREMES - 1, len(shown) // 2))
    if count > len(shown):
        tail = min(EXTREMES, len(shown)) - 1
    suspects = int(min(max(count * _SUSPECT_SHARE, 5), SUSPECTS_MAX, tail // 3))
    straight = _unbent(ordered[: tail + 1], suspects)
    gaps = np.arange(1, tail + 1) * -np.diff(straight)
    trusted = gaps[suspects:]
    mean = max(float(trusted.mean()), 1e-300)
    # Ratio of an exponential to the mean of n others: (1 + x / n)^-n.
    p_values = (1 + gaps[:suspects] / mean / len(trusted)) ** -len(trusted)
    best = int(np.argmin(p_values))
    raw = sign * shown[order]
    edge, inner = float(raw[: best + 1].min()), float(raw[best + 1 :].max())
    spread = robust_deviation(values)
    distance = (edge - inner) / spread if spread > 0 else 0.0
    p_value = min(1.0, float(p_values[best]) * suspects)
    return Tail(p_value, best + 1, sign * edge, sign * inner, distance)


def robust_deviation(values: Floats) -> float:
    """Return 1.4826 times the median absolute deviation; where that is 0, that of the quartiles.

    Where half of the values are equal both are 0, and the plain deviation of the inner 98 % is
    taken.
    """
    middle = np.median(values)
    deviation = 1.4826 * float(np.median(np.abs(values - middle)))
    if deviation > 0:
        return deviation
    low, quarter, half, high = np.quantile(values, [0.01, 0.25, 0.75, 0.99])
    if half > quarter:
        return float(half - quarter) / 1.349
    return float(values[(values >= low) & (values <= high)].std())


def grain_of(values: Floats) -> float:
    """Return the step that all values are multiples of, such as 0.05; 0 when there is none."""
    for decimals in range(4):
        scaled = values * 10.0**decimals
        if np.abs(scaled).max() >= 2.0**53:
            return 0.0
        whole = np.rint(scaled)
        if np.allclose(scaled, whole, rtol=0, atol=1e-6):
            return float(np.gcd.reduce(whole.astype(np.int64))) / 10.0**decimals
    return 0.0


def _unbent(ordered: Floats, suspects: int) -> Floats:
    """Take the exceedances of a generalized Pareto tail to those of an exponential one."""
    excess: Floats = ordered - ordered[-1]
    ranks = np.arange(1, len(ordered), dtype=np.float64)
    gaps = (ranks * -np.diff(ordered))[suspects:]
    ranks = ranks[suspects:] / len(ranks)
    shape = _shape(ranks, gaps)
    scale = float((gaps * ranks**shape).mean())
    if shape <= 0 or scale <= 0:
        return excess
    return np.asarray(np.log1p(shape * excess / scale) / shape, dtype=np.float64)


def _shape(ranks: Floats, gaps: Floats) -> float:
    """Fit the tail's shape: the mean normalized gap grows as rank^-shape towards the top.

    One standard error is added, so that a tail is given the benefit of the doubt.
    """
    some = gaps > 0
    if some.sum() < 10:  # noqa: PLR2004 - too few for a slope
        return 0.0
    depth = -np.log(ranks[some])
    depth = depth - depth.mean()
    spread = float(depth @ depth)
    error = (np.pi**2 / 6 / spread) ** 0.5  # the deviation of a log exponential is pi / sqrt(6)
    slope = float(depth @ np.log(gaps[some])) / spread
    return float(min(max(slope + error, 0.0), 2.0))
