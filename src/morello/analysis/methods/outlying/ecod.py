"""ECOD: how far out a row lies in its columns' own tails (Li et al., 2022, TKDE)."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def ecod(table: Floats) -> Floats:
    """Return a score for each row of `table` (rows by columns, finite), higher is odder.

    Each column gives -log of the share of rows at or beyond the value, on the left and on the
    right; the score is the greatest of the sums over left tails, over right tails, and over the
    tail that each column's skew points to.
    """
    rows = len(table)
    left, right, skewed = np.zeros(rows), np.zeros(rows), np.zeros(rows)
    for column in table.T:
        order = np.sort(column)
        low = -np.log(np.searchsorted(order, column, side="right") / rows)
        high = -np.log((rows - np.searchsorted(order, column, side="left")) / rows)
        left += low
        right += high
        skewed += low if _skew(column) < 0 else high
    return np.maximum(np.maximum(left, right), skewed)


def _skew(column: Floats) -> float:
    """Return the sign and size of the third moment; its scale does not matter."""
    off = column - column.mean()
    return float((off * off * off).sum())
