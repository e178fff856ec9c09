"""Splitting rows into parts that fit, choose, calibrate and test a model: no row serves twice.

Rows that are ordered in time are cut there, so that nothing is learned from what came later; rows
of one thing stay together, so that nothing is learned by heart.
"""

import dataclasses
import itertools

import numpy as np
from numpy.typing import NDArray

PART_SHARE = 0.15
PART_ROWS_MAX = 20_000
"""Rows that choose, calibrate or test: more would only be missed in fitting."""
_PARTS = 4

Places = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Parts:
    """Places of rows, in the order in which the parts come."""

    fit: Places
    choose: Places
    calibrate: Places
    test: Places

    @property
    def each(self) -> tuple[Places, Places, Places, Places]:
        """All of them."""
        return self.fit, self.choose, self.calibrate, self.test

    @property
    def smallest(self) -> int:
        """Rows of the smallest part."""
        return min(len(part) for part in self.each)


def by_chance(rows: int, generator: np.random.Generator) -> Parts:
    """Split rows as a shuffle has them."""
    order = generator.permutation(rows)
    return _cut(order, _cuts(rows))


def by_time(times: Floats) -> Parts:
    """Split rows by time (no NaN), the earliest to fit; rows of one moment stay together."""
    order = np.argsort(times, kind="stable")
    there = times[order]
    cuts = [
        int(np.searchsorted(there, there[min(cut, len(there) - 1)])) for cut in _cuts(len(times))
    ]
    return _cut(order, cuts)


def by_group(groups: NDArray[np.int64], generator: np.random.Generator) -> Parts:
    """Split rows by group, in an order by chance; negative is a group of its own for each row."""
    groups = groups.copy()
    alone = groups < 0
    groups[alone] = groups.max(initial=0) + 1 + np.arange(alone.sum())
    _, groups = np.unique(groups, return_inverse=True)
    place = generator.permutation(int(groups.max()) + 1)[groups]
    return by_time(place.astype(np.float64))


def _cuts(rows: int) -> list[int]:
    part = max(1, min(int(rows * PART_SHARE), PART_ROWS_MAX))
    return [max(0, rows - part * each) for each in range(_PARTS - 1, 0, -1)]


def _cut(order: Places, cuts: list[int]) -> Parts:
    bounds = [0, *cuts, len(order)]
    return Parts(*(order[low:high] for low, high in itertools.pairwise(bounds)))
