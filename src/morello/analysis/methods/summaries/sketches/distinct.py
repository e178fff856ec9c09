"""How many different values there are: the least hashes are kept, and their spacing tells.

Source: Z. Bar-Yossef et al., Counting distinct elements in a data stream, RANDOM 2002; the
unbiased estimate and its error: K. Beyer et al., On synopses for distinct-value estimation under
multiset operations, SIGMOD 2007. Merging gives the same sketch in every order.
"""

import dataclasses
import math
from typing import Self

import numpy as np

from morello.analysis.methods.summaries.sketches.hashes import Hashes

DISTINCT_HASHES_MAX = 4096
_NEAR_MAX = 2 * DISTINCT_HASHES_MAX


@dataclasses.dataclass(slots=True)
class Distinct:
    """The least 4,096 different hashes, in order."""

    keys: Hashes = dataclasses.field(default_factory=lambda: np.zeros(0, np.uint64))
    is_exact: bool = True

    def update(self, hashes: Hashes) -> None:
        """Add values by their hashes; repeats do not matter."""
        if len(self.keys):
            if not self.is_exact:
                hashes = hashes[hashes < self.keys[-1]]
            place = np.minimum(np.searchsorted(self.keys, hashes), len(self.keys) - 1)
            hashes = hashes[self.keys[place] != hashes]
        if not len(hashes):
            return
        hashes = self._near(hashes)
        merged = np.concatenate([self.keys, hashes])
        merged.sort(kind="stable")  # merges the two runs
        self.is_exact = self.is_exact and len(merged) <= DISTINCT_HASHES_MAX
        self.keys = merged[:DISTINCT_HASHES_MAX]

    def _near(self, hashes: Hashes) -> Hashes:
        """Return hashes among which the least are, all of them if need be, to sort fewer."""
        many = len(hashes)
        if many > 2 * _NEAR_MAX:
            # Of values that are mostly different, so many hashes lie below this bound.
            near = hashes[hashes < np.uint64(_NEAR_MAX * ((1 << 64) // many))]
            different = np.unique(near)
            if len(different) >= DISTINCT_HASHES_MAX:
                self.is_exact = False
                return different
        return np.unique(hashes)

    def merge(self, other: Self) -> None:
        """Add the other's values to these."""
        self.update(other.keys)
        if not other.is_exact:
            self.is_exact = False

    @property
    def estimate(self) -> int:
        """The number of different values."""
        if self.is_exact:
            return len(self.keys)
        return round((len(self.keys) - 1) / (float(self.keys[-1]) / 2.0**64))

    @property
    def error(self) -> float:
        """Relative standard error of the estimate; 0 is exact."""
        return 0.0 if self.is_exact else 1.0 / math.sqrt(DISTINCT_HASHES_MAX - 2)
