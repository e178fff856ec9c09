"""A fair sample of rows, for what only rows tell: places on a map, correlations of wide tables.

The rows with the least priorities, which are hashes of their values and of where they stood: a
bottom-k sample (E. Cohen, H. Kaplan, Summarizing data using bottom-k sketches, PODC 2007).
"""

import dataclasses
from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt

from morello.analysis.methods.summaries.sketches.hashes import Hashes, scramble
from morello.analysis.methods.summaries.sketches.products import Lane

Floats = npt.NDArray[np.float64]

_LANES_HASHED_MAX = 4


@dataclasses.dataclass(slots=True)
class Rows:
    """Up to `capacity` rows as floats, NaN where there is no value."""

    capacity: int
    columns: int
    seen: int = 0
    priorities: Hashes = dataclasses.field(default_factory=lambda: np.zeros(0, np.uint64))
    values: Floats = dataclasses.field(default_factory=lambda: np.zeros((0, 0)))
    """`(rows, columns)`, in the order of the priorities."""

    def update(self, lanes: Sequence[Lane]) -> None:
        """Add rows: one lane for each column, all of the same length."""
        priorities = self._priorities(lanes)
        self.seen += len(priorities)
        near = np.arange(len(priorities))
        if len(self.priorities) == self.capacity:
            near = np.flatnonzero(priorities < self.priorities[-1])
        if len(near) > self.capacity:
            near = near[np.argpartition(priorities[near], self.capacity)[: self.capacity]]
        if len(near):
            taken = [_present(lane, near) for lane in lanes]
            self._take(priorities[near], np.stack(taken, axis=1))

    def merge(self, other: Self) -> None:
        """Add the other's rows to these."""
        self.seen += other.seen
        if len(other.priorities):
            self._take(other.priorities, other.values)

    @property
    def is_whole(self) -> bool:
        """Whether it holds every row there was."""
        return self.seen <= self.capacity

    def _priorities(self, lanes: Sequence[Lane]) -> Hashes:
        rows = np.arange(self.seen, self.seen + len(lanes[0].values), dtype=np.uint64)
        mixed = scramble(rows)
        for lane in lanes[:_LANES_HASHED_MAX]:
            mixed ^= np.ascontiguousarray(lane.values).view(np.uint64)
            mixed = scramble(mixed)
        return mixed

    def _take(self, priorities: Hashes, values: Floats) -> None:
        if len(self.priorities):
            priorities = np.concatenate([self.priorities, priorities])
            values = np.concatenate([self.values, values])
        order = np.argsort(priorities, kind="stable")[: self.capacity]
        self.priorities, self.values = priorities[order], values[order]


def _present(lane: Lane, rows: npt.NDArray[np.intp]) -> Floats:
    values = lane.values[rows].astype(np.float64)
    if lane.valid is not None:
        values[~lane.valid[rows]] = np.nan
    return values
