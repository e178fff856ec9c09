"""Correlation by value and by rank, with gaps, and how many rows it rests on."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.series.dependence import autocorrelation
from morello.analysis.methods.significance.distributions import correlation_tail

Floats = NDArray[np.float64]

ROWS_MIN = 30


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
    memory = [_memory(table[:, each]) for each in range(count)]
    whole = ~np.isnan(table).any(axis=1)
    complete = bool(whole.all())
    ranked = np.column_stack([ranks(table[:, each]) for each in range(count)]) if complete else None
    found = []
    for first in range(count):
        for second in range(first + 1, count):
            both = ~(np.isnan(table[:, first]) | np.isnan(table[:, second]))
            rows = int(both.sum())
            if rows < ROWS_MIN:
                continue
            a, b = table[both, first], table[both, second]
            if ranked is None:
                spearman = pearson(ranks(a), ranks(b))
            else:
                spearman = pearson(ranked[:, first], ranked[:, second])
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


def _memory(values: Floats) -> float:
    present = values[~np.isnan(values)]
    return autocorrelation(ranks(present)) if len(present) >= ROWS_MIN else 0.0
