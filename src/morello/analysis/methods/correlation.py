"""Correlation by value and by rank, with gaps, and how many rows it rests on."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.series.dependence import autocorrelation
from morello.analysis.methods.significance.distributions import correlation_tail

Floats = NDArray[np.float64]

ROWS_MIN = 30
_NEARLY_ALL = 0.98


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """How two columns move together."""

    first: int
    second: int
    pearson: float
    spearman: float
    rows: int
    p_value: float
    """Of the rank correlation, with fewer rows when both columns are serially dependent."""


def pairs_of(table: Floats) -> list[Pair]:
    """Correlate every two columns of `table` (rows by columns, NaN where absent)."""
    count = table.shape[1]
    ranked = np.column_stack([_ranked(table[:, each]) for each in range(count)])
    memory = [memory_of(ranked[:, each]) for each in range(count)]
    absent = np.isnan(table)
    found = []
    for first in range(count):
        for second in range(first + 1, count):
            both = ~(absent[:, first] | absent[:, second])
            rows = int(both.sum())
            if rows < ROWS_MIN:
                continue
            a, b = table[both, first], table[both, second]
            if rows >= _NEARLY_ALL * len(table):  # ranks among all rows are near enough
                spearman = pearson(ranked[both, first], ranked[both, second])
            else:
                spearman = pearson(ranks(a), ranks(b))
            shared = memory[first] * memory[second]
            independent = rows * (1 - shared) / (1 + shared)
            p_value = correlation_tail(spearman, independent)
            found.append(Pair(first, second, pearson(a, b), spearman, rows, p_value))
    return found


def ranks(values: Floats) -> Floats:
    """Return ranks from 1, ties sharing their mean; NaN ranks last and means nothing."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[places], dtype=np.float64)


def pearson(a: Floats, b: Floats) -> float:
    """Return Pearson's r; 0 where one does not vary."""
    a, b = a - a.mean(), b - b.mean()
    # Sums of products, not `@`: on long vectors BLAS wakes threads that cost more than they save.
    spread = float((a * a).sum()) * float((b * b).sum())
    return float((a * b).sum()) / spread**0.5 if spread > 0 else 0.0


def _ranked(values: Floats) -> Floats:
    present = ~np.isnan(values)
    found = np.full(len(values), np.nan)
    found[present] = ranks(values[present])
    return found


def memory_of(ranked: Floats) -> float:
    """Return how much a value tells of the next in the same column; 0 with few of them."""
    present = ranked[~np.isnan(ranked)]
    return autocorrelation(present) if len(present) >= ROWS_MIN else 0.0
