"""A fair sample of the different values of a stream, each with its exact count.

The values with the least hashes: a value that is among them at the end always was, so that none
of its occurrences was missed, and the sample is the same in whatever order the stream came.
"""

import dataclasses
from typing import Self

import numpy as np
import numpy.typing as npt

from morello.analysis.methods.summaries.sketches.frequent import Pick, Picked
from morello.analysis.methods.summaries.sketches.hashes import Hashes

SAMPLE_VALUES_MAX = 512


@dataclasses.dataclass(slots=True)
class Sample:
    """Up to 512 values in the order of their hashes."""

    keys: Hashes = dataclasses.field(default_factory=lambda: np.zeros(0, np.uint64))
    counts: npt.NDArray[np.int64] = dataclasses.field(default_factory=lambda: np.zeros(0, np.int64))
    values: Picked = dataclasses.field(default_factory=lambda: np.zeros(0, object))
    is_whole: bool = True
    """Whether it holds every value there was."""

    def update(self, hashes: Hashes, counts: npt.NDArray[np.int64], pick: Pick) -> None:
        """Add different values by their hashes, with how often each is there."""
        near = np.arange(len(hashes))
        if len(self.keys) == SAMPLE_VALUES_MAX:
            near = np.flatnonzero(hashes <= self.keys[-1])
            self.is_whole = self.is_whole and len(near) == len(hashes)
        if len(near) > SAMPLE_VALUES_MAX:
            near = near[np.argpartition(hashes[near], SAMPLE_VALUES_MAX)[:SAMPLE_VALUES_MAX]]
            self.is_whole = False
        if not len(near):
            return
        keys, first, inverse = np.unique(
            np.concatenate([self.keys, hashes[near]]), return_index=True, return_inverse=True
        )
        sums = np.zeros(len(keys), np.int64)
        np.add.at(sums, inverse, np.concatenate([self.counts, counts[near]]))
        values = np.concatenate([self.values, pick(near)])[first]
        self.is_whole = self.is_whole and len(keys) <= SAMPLE_VALUES_MAX
        self.keys = keys[:SAMPLE_VALUES_MAX]
        self.counts, self.values = sums[:SAMPLE_VALUES_MAX], values[:SAMPLE_VALUES_MAX]

    def update_rows(self, hashes: Hashes, pick: Pick) -> None:
        """Add values row by row."""
        rows = np.arange(len(hashes))
        if len(self.keys) == SAMPLE_VALUES_MAX:
            rows = np.flatnonzero(hashes <= self.keys[-1])
            self.is_whole = self.is_whole and len(rows) == len(hashes)
        different, first, counts = np.unique(hashes[rows], return_index=True, return_counts=True)
        firsts = rows[first]
        self.update(different, counts.astype(np.int64), lambda at: pick(firsts[at]))

    def merge(self, other: Self) -> None:
        """Add the other's values to these."""
        self.update(other.keys, other.counts, lambda at: other.values[at])
        self.is_whole = self.is_whole and other.is_whole
