"""Days of one sort (paydays, holidays) beside all others: whether they stray the same way."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.series.dependence import inflation
from morello.analysis.methods.significance.distributions import t_tail

Floats = NDArray[np.float64]

TIMES_MIN = 5
"""Fewer days say nothing of their sort."""
AGREE_MIN = 0.7
"""Least share of the days that stray to the same side."""
_CLIP = 4.0
"""Robust deviations to which a single day counts: one wild day makes no sort of day."""
_NORMAL_MAD = 1.4826


@dataclasses.dataclass(frozen=True, slots=True)
class Occasion:
    """How days of one sort stray."""

    p_value: float
    size: float
    """Their mean, signed, in robust deviations of a single day."""
    times: int
    """Days of the sort that the series has."""


NONE = Occasion(1.0, 0.0, 0)


def occasion_of(rest: Floats, chosen: NDArray[np.bool_]) -> Occasion:
    """Test whether the chosen days stray from the others.

    `rest` is what level and season leave of each day, NaN where there is none. Days are cut at 4
    robust deviations; the test is Welch's against the others, with the spread of the chosen days
    taken no smaller than that of the others, and widened by memory.
    """
    known = ~np.isnan(rest)
    inside, others = rest[known & chosen], rest[known & ~chosen]
    if len(inside) < TIMES_MIN or len(others) < TIMES_MIN:
        return NONE
    unit = _NORMAL_MAD * float(np.median(np.abs(others - np.median(others))))
    if unit <= 0:
        return NONE
    cut = np.clip((rest - np.median(others)) / unit, -_CLIP, _CLIP)
    inside, others = cut[known & chosen], cut[known & ~chosen]
    size = float(inside.mean() - others.mean())
    if (np.sign(inside) == np.sign(size)).mean() < AGREE_MIN:
        return Occasion(1.0, size, len(inside))
    variance = float(others.var(ddof=1))
    error = variance * (1 / len(inside) + 1 / len(others)) * inflation(others) ** 0.5
    # The spread is that of all others, but a mean of few days of heavy-tailed noise is not normal.
    return Occasion(t_tail(size / error**0.5, 2 * len(inside)), size, len(inside))
