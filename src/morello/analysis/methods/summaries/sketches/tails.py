"""The ends of a distribution, kept exactly: how many values lie beyond a far bound."""

import dataclasses
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

TAIL_ITEMS_MAX = 1024
_GROUP = 16


@dataclasses.dataclass(slots=True)
class Tails:
    """The least values of a stream, rising, and the greatest, falling: up to 1,024 of each."""

    count: int = 0
    low: Floats = dataclasses.field(default_factory=lambda: np.zeros(0))
    high: Floats = dataclasses.field(default_factory=lambda: np.zeros(0))

    def update(self, values: Floats) -> None:
        """Add finite values."""
        self.count += len(values)
        self.low = _least(self.low, values)
        self.high = -_least(-self.high, values, flipped=True)

    def merge(self, other: Self) -> None:
        """Add the other's values to these."""
        self.count += other.count
        self.low = _least(self.low, other.low)
        self.high = -_least(-self.high, -other.high)

    def below(self, bound: float) -> int | None:
        """Return how many values are less than `bound`; None where the tails do not reach."""
        if self.count <= TAIL_ITEMS_MAX or bound <= self.low[-1]:
            return int(np.searchsorted(self.low, bound, side="left"))
        if bound > self.high[-1]:
            return self.count - int(np.count_nonzero(self.high >= bound))
        return None


def _least(kept: Floats, values: Floats, *, flipped: bool = False) -> Floats:
    """Return the least of both in order; `flipped` values are taken with the other sign."""
    if len(kept) == TAIL_ITEMS_MAX:
        worst = kept[-1]
        values = values[values > -worst] if flipped else values[values < worst]
        if not len(values):
            return kept
    values = -values if flipped else values
    groups = values[: len(values) - len(values) % _GROUP].reshape(_GROUP, -1)
    if groups.shape[1] > TAIL_ITEMS_MAX:
        # At least as many values as groups reach their least, so nothing beyond can matter.
        reach = np.partition(groups.min(axis=0), TAIL_ITEMS_MAX - 1)[TAIL_ITEMS_MAX - 1]
        values = values[values <= reach]
    both = np.concatenate([kept, values])
    if len(both) > TAIL_ITEMS_MAX:
        both = np.partition(both, TAIL_ITEMS_MAX - 1)[:TAIL_ITEMS_MAX]
    return np.sort(both)
