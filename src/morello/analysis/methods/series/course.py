"""The course of a series: whether it drifts steadily or changed once, and since when."""

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.series.dependence import inflation
from morello.analysis.methods.significance.distributions import kolmogorov_tail, t_tail

Floats = NDArray[np.float64]

PERIODS_MIN = 16
"""Fewer periods are not tested."""
_INDEPENDENT_MIN = 10
_EDGE_SHARE = 0.08


@dataclasses.dataclass(frozen=True, slots=True)
class Course:
    """What a test of a series said."""

    p_value: float
    size: float
    """Last fitted value minus first (trend), or level after minus level before (change)."""
    noise: float
    """Standard deviation of what is left for a period of average weight."""
    left: float
    """Weighted sum of squares that is left: less is a better fit."""
    at: int = 0
    """Index of the first period after the change."""


def trend(values: Floats, weights: Floats) -> Course:
    """Fit a weighted line and test its slope, the error widened by lag-1 dependence.

    `values` and `weights` have one entry a period, in order; no gaps.
    """
    count = len(values)
    share = weights / weights.sum()
    time = np.arange(count, dtype=np.float64)
    centred = time - share @ time
    spread = float(share @ centred**2)
    slope = float(share @ (centred * values)) / spread
    fitted = share @ values + slope * centred
    left, noise, factor = _left_over(values - fitted, weights)
    if noise <= 0 or count / factor < _INDEPENDENT_MIN:
        p_value = 1.0
    else:
        error = noise * math.sqrt(factor / (count * spread))
        p_value = t_tail(slope / error, count / factor - 2)
    return Course(p_value, slope * (count - 1), noise, left)


def change(values: Floats, weights: Floats) -> Course:
    """Find the split with the best two levels; test it by the weighted CUSUM.

    The greatest |CUSUM|, divided by the long-run deviation of what is left, follows a Brownian
    bridge when nothing changed (Ploberger and Krämer, 1992).
    """
    count = len(values)
    total = weights.sum()
    mean = float(weights @ values) / total
    reach = np.cumsum(weights * (values - mean))[:-1]
    gone = np.cumsum(weights)[:-1]
    edge = max(3, int(count * _EDGE_SHARE))
    gain = reach**2 * total / (gone * (total - gone))
    gain[: edge - 1] = -1
    gain[len(gain) - edge + 1 :] = -1
    at = int(np.argmax(gain)) + 1
    before = np.average(values[:at], weights=weights[:at])
    after = np.average(values[at:], weights=weights[at:])
    residuals = values - np.where(np.arange(count) < at, before, after)
    left, noise, factor = _left_over(residuals, weights)
    if noise <= 0 or count / factor < _INDEPENDENT_MIN:
        p_value = 1.0
    else:
        # `noise` is for a period of average weight, so the sum of n periods has n times its square.
        deviation = noise * math.sqrt(factor * count) * total / count
        p_value = kolmogorov_tail(float(np.abs(reach).max()) / deviation)
    return Course(p_value, float(after - before), noise, left, at)


def _left_over(residuals: Floats, weights: Floats) -> tuple[float, float, float]:
    """Return the weighted sum of squares, the noise of an average period, the inflation."""
    count = len(residuals)
    standard = residuals * np.sqrt(weights / weights.mean())
    left = float(standard @ standard)
    return left, math.sqrt(left / max(count - 2, 1)), inflation(standard)
