"""Absent values: which columns are empty in the same rows, and what numbers have to do with it."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.association import of_counts

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

TOGETHER_MIN = 0.9
"""Rows where both are absent, as a share of those where either is (Jaccard, 1901)."""
BINS = 10
_SIDE_MIN = 0.05
"""Share of the rows that each side of a threshold must have."""
_ROWS_MIN = 100


def absent_together(absent: Mask) -> list[list[int]]:
    """Gather columns that are absent in nearly the same rows; every column is in one group.

    `absent` is rows by columns.
    """
    counts = absent.sum(axis=0).astype(np.float64)
    both = absent.astype(np.float32).T @ absent.astype(np.float32)
    groups: list[list[int]] = []
    for column in range(absent.shape[1]):
        for group in groups:
            shared = float(both[group[0], column])
            either = counts[group[0]] + counts[column] - shared
            if either > 0 and shared >= TOGETHER_MIN * either:
                group.append(column)
                break
        else:
            groups.append([column])
    return groups


@dataclasses.dataclass(frozen=True, slots=True)
class Threshold:
    """Where on a number's scale values begin or cease to be absent."""

    p_value: float
    """Of a chi-squared test over tenths of the number's values."""
    at: float
    above: float
    """Share that is absent from `at` on."""
    below: float
    strength: float
    """Cramér's V, corrected for bias."""

    @property
    def difference(self) -> float:
        """How much more is absent above than below."""
        return self.above - self.below


def tenths(values: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return each value's tenth (-1 where it is NaN), and the values where a tenth begins."""
    known = ~np.isnan(values)
    if not known.any():
        return np.full(len(values), -1), np.empty(0)
    edges = np.unique(np.quantile(values[known], np.arange(1, BINS) / BINS, method="higher"))
    edges = edges[edges > np.min(values[known])]
    places = np.searchsorted(edges, np.where(known, values, 0.0), side="right")
    return np.where(known, places, -1), edges


def threshold_of(places: NDArray[np.int64], edges: Floats, absent: Mask) -> Threshold | None:
    """Ask whether absence depends on a number, given as its tenths; None with too little."""
    known = places >= 0
    if known.sum() < _ROWS_MIN or not len(edges):
        return None
    totals = np.bincount(places[known], minlength=len(edges) + 1).astype(np.float64)
    gone = np.bincount(places[known & absent], minlength=len(edges) + 1).astype(np.float64)
    found = of_counts(np.column_stack([totals - gone, gone]))
    if found is None:
        return None
    below, below_gone = np.cumsum(totals)[:-1], np.cumsum(gone)[:-1]
    above, above_gone = totals.sum() - below, gone.sum() - below_gone
    usable = np.minimum(below, above) >= _SIDE_MIN * totals.sum()
    if not usable.any():
        return None
    difference = above_gone / np.maximum(above, 1) - below_gone / np.maximum(below, 1)
    weight = np.sqrt(below * above) * usable
    best = int(np.argmax(np.abs(difference) * weight))
    return Threshold(
        found.p_value,
        float(edges[best]),
        float(above_gone[best] / above[best]),
        float(below_gone[best] / below[best]),
        found.strength,
    )


def ends_at(moments: Floats, absent: Mask, *, rows_min: int) -> float | None:
    """Return the last moment with a value, where many rows follow without one; None otherwise.

    The rows after it must be more than chance would leave out (one in a million) given how often
    values were absent until then. For a beginning, negate the moments.
    """
    known = ~np.isnan(moments)
    present = moments[known & ~absent]
    if not len(present):
        return None
    last = float(present.max())
    after = int((moments[known] > last).sum())
    until = int((moments[known] <= last).sum())
    filled = len(present) / max(until, 1)
    if after < rows_min or filled <= 0.5:  # noqa: PLR2004 - more often absent than not
        return None
    return last if after * np.log(max(1 - filled, 1e-12)) < np.log(1e-6) else None
