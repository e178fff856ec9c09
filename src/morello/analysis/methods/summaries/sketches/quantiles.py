"""Quantiles of a stream in bounded memory: a KLL sketch that works on whole arrays.

Source: Z. Karnin, K. Lang, E. Liberty, Optimal quantile approximation in streams, FOCS 2016:
items of level `h` stand for `2 ** h` values; a level that is too full is sorted and every other
item goes one level up; of long streams one value of each group of `2 ** h` enters at level `h`
(the paper's sampler). Weights always sum to the count.
"""

import dataclasses
from typing import Self

import numpy as np
import numpy.typing as npt

from morello.analysis.methods.summaries.sketches.hashes import scramble

Floats = npt.NDArray[np.float64]

LEVEL_ITEMS_MAX = 1024
_BELOW_ITEMS_MAX = 128
"""Below the level where values enter now, only what did not fill a group still comes."""
RANK_ERROR = 0.005
"""Of a quantile, as a share of the count, at 99 % confidence (tested: see the unit tests)."""
_UNSAMPLED_BITS = 17
"""The first 2 ** 18 values enter one by one, the next 2 ** 18 in pairs, and so on."""


@dataclasses.dataclass(slots=True)
class Quantiles:
    """A sketch of finite numbers."""

    count: int = 0
    turns: int = 0
    """Batches sampled so far: they seed the next choices."""
    levels: list[Floats] = dataclasses.field(default_factory=list)
    halves: list[int] = dataclasses.field(default_factory=list)
    """Which half of a level goes up next: every second time the other one, so that errors cancel;
    -1 is drawn anew, from the items, so that the same stream gives the same sketch."""

    @property
    def is_exact(self) -> bool:
        """Whether every value is still there."""
        return not any(len(level) for level in self.levels[1:])

    @property
    def rank_error(self) -> float:
        """How far off a rank may be, as a share of the count, at 99 % confidence."""
        return 0.0 if self.is_exact else RANK_ERROR

    def update(self, values: Floats) -> None:
        """Add finite values."""
        self.count += len(values)
        entry = self._entry
        rest = len(values) % (1 << entry)
        if entry:
            grouped, values = values[: len(values) - rest], values[len(values) - rest :]
            self._add(entry, self._sampled(grouped, entry))
        self._add(0, values.astype(np.float64))
        self._settle()

    def merge(self, other: Self) -> None:
        """Add the other's values to these."""
        self.count += other.count
        self.turns += other.turns
        for height, level in enumerate(other.levels):
            self._add(height, level)
        self._settle()

    def weighted(self) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Return the items in order and how many values are at most each."""
        items = np.concatenate([np.zeros(0), *self.levels])
        sizes = [len(level) for level in self.levels]
        weights = np.repeat(1 << np.arange(len(sizes), dtype=np.int64), sizes)
        order = np.argsort(items, kind="stable")
        return items[order], np.cumsum(weights[order])

    @property
    def _entry(self) -> int:
        return max(0, self.count.bit_length() - 1 - _UNSAMPLED_BITS)

    def _sampled(self, values: Floats, entry: int) -> Floats:
        self.turns += 1
        groups = np.arange(len(values) >> entry, dtype=np.uint64)
        chosen = scramble(groups + np.uint64(self.turns << 32)) >> np.uint64(64 - entry)
        return values[(groups << np.uint64(entry)) + chosen]

    def _add(self, height: int, items: Floats) -> None:
        while len(self.levels) <= height:
            self.levels.append(np.zeros(0))
            self.halves.append(-1)
        if len(items):
            self.levels[height] = np.concatenate([self.levels[height], items])

    def _settle(self) -> None:
        height = 0
        entry = self._entry
        while height < len(self.levels):
            if len(self.levels[height]) > (
                LEVEL_ITEMS_MAX if height >= entry else _BELOW_ITEMS_MAX
            ):
                self._compact(height)
            height += 1

    def _compact(self, height: int) -> None:
        items = np.sort(self.levels[height])
        even = len(items) & ~1
        half = self.halves[height]
        if half < 0:
            half = int(scramble(items[even // 2 : even // 2 + 1].view(np.uint64))[0]) & 1
            self.halves[height] = 1 - half
        else:
            self.halves[height] = -1
        self.levels[height] = items[even:]
        self._add(height + 1, items[half:even:2])
