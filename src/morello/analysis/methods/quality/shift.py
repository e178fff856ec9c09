"""How far two samples of one column lie apart, from their summaries."""

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.association import of_counts
from morello.analysis.methods.significance.distributions import kolmogorov_tail, normal_tail

Floats = NDArray[np.float64]

BINS = 10
PSI_MIN = 0.1
"""Population stability index from which on a shift is worth telling; 0.25 is commonly large."""
KS_MIN = 0.08
"""Share of the rows that would have to change place."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ladder:
    """A sample in order: values, and the share of it that is at most each."""

    values: Floats
    shares: Floats
    rows: int
    error: float
    """How far off a share may be."""

    def upto(self, at: Floats) -> Floats:
        """Return the share of the sample that is at most each value."""
        places = np.searchsorted(self.values, at, side="right")
        return np.concatenate([[0.0], self.shares])[places]

    def quantile(self, rank: float) -> float:
        """Return the least value that at least this share does not exceed."""
        place = int(np.searchsorted(self.shares, rank - 1e-12))
        return float(self.values[min(place, len(self.values) - 1)])


@dataclasses.dataclass(frozen=True, slots=True)
class Shift:
    """How far apart, and how likely chance alone would bring them as far."""

    psi: float
    """Population stability index: the symmetric Kullback-Leibler divergence of the shares."""
    distance: float
    """Kolmogorov-Smirnov of numbers; Jensen-Shannon (base 2, its root) of categories."""
    p_value: float


def shift_of_numbers(before: Ladder, after: Ladder) -> Shift:
    """Compare two samples of numbers; the sketches' own error is taken off the distance.

    p is that of the two-sample Kolmogorov-Smirnov test; PSI is over the tenths of `before`.
    """
    values = np.union1d(before.values, after.values)
    distance = float(np.abs(before.upto(values) - after.upto(values)).max())
    distance = max(0.0, distance - before.error - after.error)
    size = before.rows * after.rows / (before.rows + after.rows)
    edges = np.unique([before.quantile(rank / BINS) for rank in range(1, BINS)])
    shares = [np.diff(np.concatenate([[0.0], each.upto(edges), [1.0]])) for each in (before, after)]
    return Shift(
        _psi(shares[0], shares[1], (before.rows, after.rows)),
        distance,
        kolmogorov_tail(distance * math.sqrt(size)),
    )


def shift_of_counts(before: Floats, after: Floats) -> Shift | None:
    """Compare counts of the same categories; None where there is too little to compare.

    p is that of a chi-squared test; categories expected less than 5 times are left out of it.
    """
    if not before.sum() or not after.sum():
        return None
    found = of_counts(np.column_stack([before, after]))
    first, second = before / before.sum(), after / after.sum()
    middle = (first + second) / 2
    divergence = (_divergence(first, middle) + _divergence(second, middle)) / 2
    return Shift(
        _psi(first, second, (int(before.sum()), int(after.sum()))),
        math.sqrt(max(0.0, divergence)),
        1.0 if found is None else found.p_value,
    )


def difference_of_shares(parts: tuple[int, int], wholes: tuple[int, int]) -> float:
    """Return the two-sided p of two shares being the same (pooled z test)."""
    pooled = sum(parts) / max(sum(wholes), 1)
    spread = pooled * (1 - pooled) * (1 / max(wholes[0], 1) + 1 / max(wholes[1], 1))
    if spread <= 0:
        return 1.0
    return normal_tail((parts[1] / wholes[1] - parts[0] / wholes[0]) / math.sqrt(spread))


def _psi(first: Floats, second: Floats, rows: tuple[int, int]) -> float:
    """Return the index, less what chance adds to it; empty shares count as half a row."""
    p, q = (np.maximum(each, 0.5 / n) for each, n in zip((first, second), rows, strict=True))
    by_chance = (len(p) - 1) * (1 / rows[0] + 1 / rows[1])
    return max(0.0, float(((q - p) * np.log(q / p)).sum()) - by_chance)


def _divergence(given: Floats, middle: Floats) -> float:
    there = given > 0
    return float((given[there] * np.log2(given[there] / middle[there])).sum())
