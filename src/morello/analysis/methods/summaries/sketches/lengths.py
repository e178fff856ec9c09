"""How long the values of a column are."""

import dataclasses
from typing import Self

import numpy as np
import numpy.typing as npt


@dataclasses.dataclass(slots=True)
class Lengths:
    """Exact least, mean and greatest length."""

    count: int = 0
    total: int = 0
    least: int = 0
    greatest: int = 0

    def update(
        self, lengths: npt.NDArray[np.int64], counts: npt.NDArray[np.int64] | None = None
    ) -> None:
        """Add lengths, each as often as `counts` says."""
        if not len(lengths):
            return
        many = len(lengths) if counts is None else int(counts.sum())
        total = int(lengths.sum() if counts is None else lengths @ counts)
        self._add(many, total, int(lengths.min()), int(lengths.max()))

    def merge(self, other: Self) -> None:
        """Add the other's lengths to these."""
        if other.count:
            self._add(other.count, other.total, other.least, other.greatest)

    @property
    def mean(self) -> float | None:
        """Mean length; None without values."""
        return self.total / self.count if self.count else None

    def _add(self, count: int, total: int, least: int, greatest: int) -> None:
        self.least = min(self.least, least) if self.count else least
        self.greatest = max(self.greatest, greatest)
        self.total += total
        self.count += count
