"""Association of categories: chi-squared, and Cramér's V corrected for bias."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.significance.distributions import chi_squared_tail

Codes = NDArray[np.int32]
Floats = NDArray[np.float64]

_EXPECTED_MIN = 5.0


@dataclasses.dataclass(frozen=True, slots=True)
class Association:
    """How much one column tells of another."""

    p_value: float
    strength: float
    """Cramér's V, corrected for bias (Bergsma, 2013): 0 to 1."""
    row: int
    column: int
    """The cell that stands out most: the greatest difference of shares, weighted by rows."""
    follows: float
    """The share of rows whose second column is the most frequent one for their first."""


def association(first: Codes, second: Codes, sizes: tuple[int, int]) -> Association | None:
    """Associate two columns of codes (negative is absent); None when there is too little.

    Rare groups, whose expected counts are below 5, are left out of the test.
    """
    both = (first >= 0) & (second >= 0)
    table = np.bincount(
        first[both].astype(np.int64) * sizes[1] + second[both], minlength=sizes[0] * sizes[1]
    ).reshape(sizes)
    return of_counts(table.astype(np.float64))


def of_counts(table: Floats) -> Association | None:
    """Return the same from a table of counts, rows by columns."""
    rows, columns = _tested(table)
    if len(rows) < 2 or len(columns) < 2:  # noqa: PLR2004 - nothing to compare
        return None
    counts = table[np.ix_(rows, columns)]
    total = counts.sum()
    across, down = counts.sum(axis=1), counts.sum(axis=0)
    expected = np.outer(across, down) / total
    chi = float(((counts - expected) ** 2 / expected).sum())
    height, width = counts.shape
    degrees = (height - 1) * (width - 1)
    phi = max(0.0, chi / total - degrees / (total - 1))
    narrow = min(height - (height - 1) ** 2 / (total - 1), width - (width - 1) ** 2 / (total - 1))
    strength = min(1.0, (phi / (narrow - 1)) ** 0.5) if narrow > 1 else 0.0
    row, column = _cell(counts)
    return Association(
        chi_squared_tail(chi, degrees),
        strength,
        int(rows[row]),
        int(columns[column]),
        float(counts.max(axis=1).sum() / total),
    )


def _tested(table: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Drop the rarest row or column until every expected count is at least 5."""
    rows, columns = np.arange(table.shape[0]), np.arange(table.shape[1])
    while len(rows) > 1 and len(columns) > 1:
        counts = table[np.ix_(rows, columns)]
        total = counts.sum()
        across, down = counts.sum(axis=1), counts.sum(axis=0)
        if total > 0 and across.min() * down.min() / total >= _EXPECTED_MIN:
            break
        if across.min() / max(len(columns), 1) <= down.min() / max(len(rows), 1):
            rows = np.delete(rows, int(np.argmin(across)))
        else:
            columns = np.delete(columns, int(np.argmin(down)))
    return rows, columns


def _cell(counts: Floats) -> tuple[int, int]:
    across = counts.sum(axis=1, keepdims=True)
    down = counts.sum(axis=0, keepdims=True)
    total = counts.sum()
    inside = counts / across
    elsewhere = (down - counts) / np.maximum(total - across, 1)
    weight = np.sqrt(across / total)
    width = int(counts.shape[1])
    place = int(np.argmax(np.abs(inside - elsewhere) * weight))
    return place // width, place % width
