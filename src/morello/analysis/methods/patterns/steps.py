"""Columns with few values, or with many rows at one: what a straight relation looks like there.

A rating from 1 to 5 that follows a line ends at 5, and its averages bend there though nothing
else does. Behind such a column stands a normal one that is cut at thresholds (Pearson's
polychoric view): the averages it would show along a line are known.
"""

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TIED_MIN = 0.03
"""The share of rows at one value from which on a column counts as stepped."""
_GROUPS_MAX = 40
_SLOPES = np.sin(np.linspace(-1.54, 1.54, 81))
_GRID = np.linspace(-8, 8, 3_201)
_AREAS = np.array([math.erfc(-each / math.sqrt(2)) / 2 for each in _GRID])


@dataclasses.dataclass(frozen=True, slots=True)
class Steps:
    """Thresholds of the normal column behind, one fewer than the scores between them."""

    thresholds: Floats
    scores: Floats

    def averages(self, places: Floats, weights: Floats, given: Floats) -> Floats:
        """Return the averages at normal `places` along the line that comes nearest to `given`."""
        rest = np.sqrt(1 - _SLOPES * _SLOPES)
        middles = np.outer(_SLOPES, places)
        z = (self.thresholds[:, None, None] - middles) / rest[:, None]
        below = np.concatenate([np.zeros((1, *middles.shape)), np.interp(z, _GRID, _AREAS)])
        inside = np.diff(np.concatenate([below, np.ones((1, *middles.shape))]), axis=0)
        found = (self.scores[:, None, None] * inside).sum(axis=0)
        off = (weights * (found - given) ** 2).sum(axis=1)
        return np.asarray(found[int(np.argmin(off))])


def steps_of(scores: Floats) -> Steps | None:
    """Return the steps of a column's normal scores (NaN where absent); None where it has none."""
    present = scores[~np.isnan(scores)]
    values, counts = np.unique(present, return_counts=True)
    if len(values) < 2 or counts.max() < TIED_MIN * len(present):  # noqa: PLR2004 - a constant
        return None
    # Many values: those with few rows are taken together.
    ends = np.cumsum(counts) / len(present)
    groups = np.unique(np.floor(ends * _GROUPS_MAX), return_inverse=True)[1]
    if len(values) <= _GROUPS_MAX:
        groups = np.arange(len(values))
    sums = np.bincount(groups, counts * values)
    sizes = np.bincount(groups, counts)
    shares = np.cumsum(sizes)[:-1] / len(present)
    return Steps(np.interp(shares, _AREAS, _GRID), sums / sizes)
