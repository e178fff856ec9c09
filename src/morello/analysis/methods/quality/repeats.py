"""Equal rows: how many there are, and how many chance alone would make."""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

UNLIKELY = 1e-3
"""Probability of as many equal pairs by chance, from which on they are told."""


@dataclasses.dataclass(frozen=True, slots=True)
class Repeats:
    """Pairs of equal rows."""

    pairs: int
    by_chance: float
    """Pairs to be expected where columns agree by chance."""

    @property
    def are_unlikely(self) -> bool:
        """Whether chance makes so many pairs less than once in a thousand tables."""
        return self.pairs > 0 and _poisson_tail(self.pairs, self.by_chance) < UNLIKELY


def repeats_of(columns: Sequence[Hashes]) -> Repeats:
    """Count the pairs of rows that are equal in all columns, given each column's hashes.

    What chance would make is estimated from the pairs that are equal in all columns but one, times
    the chance that two rows agree in that one; columns that the others determine are left aside,
    and of the rest the one that explains most counts.
    """
    whole = np.zeros_like(columns[0])
    for each in columns:
        whole += each  # of unsigned integers: wraps around, as a hash may
    pairs = _pairs(whole)
    if not pairs:
        return Repeats(0, 0.0)
    agreeing = {place: _pairs(each) for place, each in enumerate(columns)}
    rows = len(whole)
    all_pairs = rows * (rows - 1) / 2
    rarest = min(agreeing, key=lambda place: agreeing[place])
    if agreeing[rarest] <= _NEAR_KEY_SHARE * rows and len(columns) > 1:
        # A value that hardly ever recurs does so in rows that are equal in all else.
        return Repeats(pairs, _pairs(whole - columns[rarest]) * agreeing[rarest] / all_pairs)
    left = sorted(agreeing, key=lambda place: agreeing[place])  # what is derived agrees least
    for place in tuple(left):
        if len(left) > 1 and _pairs(whole - columns[place]) == pairs:
            whole = whole - columns[place]
            left.remove(place)
    if len(left) == 1:
        # All else follows from one column: rows are equal by chance unless it is almost a key.
        return Repeats(pairs, 0.0 if agreeing[left[0]] <= _KEY_SHARE * rows else math.inf)
    expected = [_pairs(whole - columns[each]) * agreeing[each] / all_pairs for each in left]
    return Repeats(pairs, max(expected))


def _pairs(hashes: Hashes) -> int:
    ordered = np.sort(hashes)
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1], [True]]))
    times = np.diff(starts)
    return int((times * (times - 1) // 2).sum())


def _poisson_tail(least: int, mean: float) -> float:
    """Return the probability of `least` or more events, by the complement's series."""
    if not math.isfinite(mean) or mean >= least:
        return 1.0
    if mean <= 0:
        return 0.0
    if least > _NORMAL_FROM:
        return 0.5 * math.erfc((least - mean) / math.sqrt(2 * mean))
    term = total = math.exp(-mean)
    for count in range(1, least):
        term *= mean / count
        total += term
    return max(0.0, 1 - total)


_NORMAL_FROM = 500
_KEY_SHARE = 0.5
_NEAR_KEY_SHARE = 0.05
