"""The most frequent values of a stream, with how much too low a count may be.

A table of counts that is cut back when it grows too large, after lossy counting (G. Manku,
R. Motwani, Approximate frequency counts over data streams, VLDB 2002). Each cut adds the largest
count it dropped to `error`: no count is ever more than `error` too low, and none is too high.
While nothing was dropped, all counts are exact.
"""

import dataclasses
from collections.abc import Callable
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from morello.analysis.methods.summaries.sketches import arrays
from morello.analysis.methods.summaries.sketches.hashes import Hashes

Picked = npt.NDArray[Any]
Pick = Callable[[npt.NDArray[np.intp]], Picked]
"""Gives the values at positions: numbers, or texts as objects."""

_RARE_SHARE_BITS = 12
"""Among many rows, values as rare as 1 in 2 ** 12 need not be counted."""
_BUCKET_BITS = 15


@dataclasses.dataclass(slots=True)
class Frequent:
    """Counts by hash, with the values; `capacity` to twice as many of them."""

    capacity: int
    keys: Hashes = dataclasses.field(default_factory=lambda: np.zeros(0, np.uint64))
    counts: npt.NDArray[np.int64] = dataclasses.field(default_factory=lambda: np.zeros(0, np.int64))
    values: Picked = dataclasses.field(default_factory=lambda: np.zeros(0))
    error: int = 0

    def update(self, hashes: Hashes, counts: npt.NDArray[np.int64], pick: Pick) -> None:
        """Add different values by their hashes, with how often each is there."""
        here = len(self.keys)
        fresh = np.arange(len(hashes))
        if here:
            place = np.minimum(np.searchsorted(self.keys, hashes), here - 1)
            known = self.keys[place] == hashes
            self.counts[place[known]] += counts[known]
            fresh = np.flatnonzero(~known)
        if not len(fresh):
            return
        keys = np.concatenate([self.keys, hashes[fresh]])
        counts = np.concatenate([self.counts, counts[fresh]])
        stay = np.arange(len(keys)) if len(keys) <= 2 * self.capacity else self._best(counts)
        old, new = stay[stay < here], stay[stay >= here]
        order = np.argsort(keys[np.concatenate([old, new])])
        picked = pick(fresh[new - here])  # only now: to show a value takes longer than to count it
        values = np.concatenate([self.values[old], picked]) if here else picked
        stay = np.concatenate([old, new])[order]
        self.keys, self.counts, self.values = keys[stay], counts[stay], values[order]

    def update_rows(self, hashes: Hashes, pick: Pick) -> None:
        """Add values row by row, most of which are different. Rare ones may go uncounted."""
        rare = len(hashes) >> _RARE_SHARE_BITS
        if rare:
            buckets = (hashes >> np.uint64(64 - _BUCKET_BITS)).view(np.int64)
            full = np.bincount(buckets, minlength=1 << _BUCKET_BITS) > rare
            rows = np.flatnonzero(full[buckets]) if full.any() else np.zeros(0, np.intp)
            self.error += rare
        else:
            rows = np.arange(len(hashes))
        if not len(rows):
            return
        different, counts, codes = arrays.counted(hashes[rows])
        firsts = np.empty(len(different), np.intp)
        firsts[codes[::-1]] = rows[::-1]
        order = np.argsort(different)
        self.update(different[order], counts[order], lambda at: pick(firsts[order[at]]))

    def merge(self, other: Self) -> None:
        """Add the other's values to these."""
        self.update(other.keys, other.counts, lambda at: other.values[at])
        self.error += other.error

    def top(self, most: int) -> list[tuple[Any, int]]:
        """Return the most frequent values that are surely more frequent than what was dropped."""
        order = np.lexsort((self.keys, -self.counts))[:most]
        return [
            (self.values[at], int(self.counts[at])) for at in order if self.counts[at] > self.error
        ]

    def _best(self, counts: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
        """Return the positions of the `capacity` largest counts; the rest is dropped."""
        order = np.argpartition(counts, len(counts) - self.capacity)
        self.error += int(counts[order[: len(counts) - self.capacity]].max())
        return order[len(counts) - self.capacity :]
