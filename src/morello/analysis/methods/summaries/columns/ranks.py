"""What ranks tell of a column: quantiles, robust outlier bounds and a histogram."""

import dataclasses
import math
from typing import Self

import numpy as np
import numpy.typing as npt

from morello.analysis.methods.profile import Histogram, Outliers
from morello.analysis.methods.summaries.columns.distribution import Distribution
from morello.analysis.methods.summaries.sketches.tails import Tails

QUANTILE_RANKS = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
BINS_MAX = 30
OUTLIER_METHOD = "tukey_3_iqr"
"""Beyond the quartiles by three times their distance: J. Tukey, Exploratory Data Analysis, 1977."""
_FENCE = 3.0


@dataclasses.dataclass(frozen=True, slots=True)
class Ranks:
    """Values in order, and how many values are at most each."""

    items: npt.NDArray[np.float64]
    upto: npt.NDArray[np.int64]
    tails: Tails
    error: float
    """How far off a rank may be, as a share of the count, at 99 % confidence; 0 is exact."""

    @classmethod
    def of(cls, distribution: Distribution) -> Self:
        """Take the ranks a sketch knows, with exact tails."""
        items, upto = distribution.quantiles.weighted()
        return cls(items, upto, distribution.tails, distribution.quantiles.rank_error)

    @classmethod
    def counted(
        cls, values: npt.NDArray[np.float64], counts: npt.NDArray[np.int64], tails: Tails
    ) -> Self:
        """Take every different value with its exact count."""
        order = np.argsort(values, kind="stable")
        return cls(values[order], np.cumsum(counts[order]), tails, 0.0)

    @property
    def count(self) -> int:
        """How many values there are."""
        return self.tails.count

    def quantile(self, rank: float) -> float:
        """Return the least value that at least this share of the values does not exceed."""
        at = np.searchsorted(self.upto, math.ceil(rank * self.count - 1e-9), side="left")
        return float(self.items[min(int(at), len(self.items) - 1)])

    def quantiles(self) -> dict[str, float]:
        """Return the quantiles of a profile; none without values."""
        return {str(rank): self.quantile(rank) for rank in QUANTILE_RANKS} if self.count else {}

    def below(self, bound: float) -> tuple[int, int]:
        """Return how many values are less than `bound`, and by how many that may be off."""
        exact = self.tails.below(bound)
        if exact is not None:
            return exact, 0
        at = int(np.searchsorted(self.items, bound, side="left"))
        return (int(self.upto[at - 1]) if at else 0), math.ceil(self.error * self.count)

    def outliers(self) -> Outliers | None:
        """Return robust bounds and what lies outside; None where the quartiles are equal."""
        if not self.count:
            return None
        lower, upper = self.quantile(0.25), self.quantile(0.75)
        reach = _FENCE * (upper - lower)
        bounds = lower - reach, upper + reach
        if not reach > 0 or not all(map(math.isfinite, bounds)):
            return None
        below, below_error = self.below(bounds[0])
        inside, above_error = self.below(math.nextafter(bounds[1], math.inf))
        return Outliers(
            lower=bounds[0],
            upper=bounds[1],
            below=below,
            above=self.count - inside,
            error=max(below_error, above_error),
            method=OUTLIER_METHOD,
        )

    def histogram(self, *, whole: bool) -> Histogram | None:
        """Return at most 30 equal bins, and wider first and last ones for far tails.

        `whole` has edges on whole numbers only.
        """
        if not self.count:
            return None
        least, greatest = float(self.tails.low[0]), float(self.tails.high[0])
        edges = _edges(least, greatest, self.outliers(), whole=whole)
        ranks = [self.below(edge)[0] for edge in edges[1:-1]]
        counts = np.diff(np.maximum.accumulate([0, *ranks, self.count]))
        return Histogram(edges=edges, counts=[int(count) for count in counts])


def _edges(least: float, greatest: float, bounds: Outliers | None, *, whole: bool) -> list[float]:
    low = least if bounds is None else max(least, bounds.lower)
    high = greatest if bounds is None else min(greatest, bounds.upper)
    if whole:
        low, high = math.floor(low), math.floor(high) + 1
        step = max(1, math.ceil((high - low) / BINS_MAX))
        inner = [float(low + step * at) for at in range(math.ceil((high - low) / step) + 1)]
    elif low == high:
        inner = [low, math.nextafter(low, math.inf)]
    else:
        part = high / BINS_MAX - low / BINS_MAX
        inner = [low + part * at for at in range(BINS_MAX)] + [high]
    first = [least] if least < inner[0] else []
    last = [greatest] if greatest > inner[-1] else []
    return sorted({*first, *inner, *last})
