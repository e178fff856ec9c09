"""The course of a series: whether it drifts steadily."""

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.series.changes import left_over
from morello.analysis.methods.series.dependence import inflation
from morello.analysis.methods.significance.distributions import t_tail

Floats = NDArray[np.float64]

PERIODS_MIN = 16
"""Fewer periods are not tested."""
_INDEPENDENT_MIN = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Course:
    """What a test of a series said."""

    p_value: float
    size: float
    """Last fitted value minus first."""
    noise: float
    """Standard deviation of what is left for a period of average weight."""
    left: float
    """Weighted sum of squares that is left: less is a better fit."""


def trend(values: Floats, weights: Floats) -> Course:
    """Fit a weighted line and test its slope, the error widened by lag-1 dependence.

    A series that hardly forgets (prices, populations) says little about a line: any random walk
    looks like one. There the mean of its steps is tested instead, which for a random walk without
    drift is zero. `values` and `weights` have one entry a period, in order; no gaps.
    """
    count = len(values)
    share = weights / weights.sum()
    time = np.arange(count, dtype=np.float64)
    centred = time - share @ time
    spread = float(share @ centred**2)
    slope = float(share @ (centred * values)) / spread
    fitted = share @ values + slope * centred
    left, noise, factor = left_over(values - fitted, weights)
    if noise <= 0:
        p_value = 1.0
    elif count / factor < _INDEPENDENT_MIN:
        p_value = _drift(values)
    else:
        error = noise * math.sqrt(factor / (count * spread))
        p_value = t_tail(slope / error, count / factor - 2)
    return Course(p_value, slope * (count - 1), noise, left)


def _drift(values: Floats) -> float:
    """Return the p of the mean step from one period to the next."""
    steps = np.diff(values)
    noise, factor = float(steps.std(ddof=1)), inflation(steps)
    if noise <= 0:
        return 1.0
    independent = len(steps) / factor
    return t_tail(float(steps.mean()) / noise * math.sqrt(independent), independent - 1)
