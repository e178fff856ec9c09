"""Codes: values of one column that always come with the same value of another."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]

ROWS_PER_VALUE_MIN = 3
STRENGTH_MIN = 0.97
"""Of the rows that a guess by the most frequent value gets wrong, the share that is explained."""
_TOP_SHARE_MAX = 0.98


@dataclasses.dataclass(frozen=True, slots=True)
class Following:
    """How far a column follows from another."""

    strength: float
    """0: a guess knows as much; 1: it follows in every row."""


def following(keys: Codes, others: Codes) -> Following | None:
    """Tell whether `others` follows from `keys` (negative is absent); None with too little.

    Keys have to come three times on average: of a key that comes once, everything follows.
    """
    both = (keys >= 0) & (others >= 0)
    first, second = keys[both].astype(np.int64), others[both].astype(np.int64)
    if not len(first):
        return None
    top = float(np.bincount(second).max()) / len(second)
    values = len(np.unique(first))
    if values * ROWS_PER_VALUE_MIN > len(first) or top > _TOP_SHARE_MAX:
        return None
    pairs, counts = np.unique(first * (int(second.max()) + 1) + second, return_counts=True)
    owners = pairs // (int(second.max()) + 1)
    starts = np.flatnonzero(np.concatenate([[True], owners[1:] != owners[:-1]]))
    usual = float(np.maximum.reduceat(counts, starts).sum()) / len(first)
    return Following((usual - top) / (1 - top))
