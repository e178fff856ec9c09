"""Pearson correlations of many columns at once, from merged sums of products.

Products are taken about the first batch's means, in units of a power of two, so that neither
large offsets nor large values lose digits; summaries with other centres are shifted when merged.
Rows count for a pair when both columns have a finite value.
"""

import dataclasses
from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_BLOCK_PRODUCTS = 1 << 18
"""Below this many BLAS does not start threads, which would cost more than they save."""
_BLOCK_ROWS_MIN = 512
_SPREAD_MIN = 1e-13
"""Variance below this share of the squared distance from the centre is rounding, not spread."""


@dataclasses.dataclass(frozen=True, slots=True)
class Lane:
    """One column of a batch: floats, 0 where not valid; `valid` is None when all are."""

    values: Floats
    valid: npt.NDArray[np.bool_] | None


@dataclasses.dataclass(slots=True)
class Products:
    """Sums over the rows where both columns have a value, each `(columns, columns)`."""

    centre: Floats
    """NaN until a column has shown a value."""
    scale: Floats
    counts: Floats
    sums: Floats
    """Of the first column's values."""
    squares: Floats
    """Of the first column's values."""
    crossed: Floats

    @classmethod
    def empty(cls, columns: int) -> Self:
        """Make the products of no rows."""
        square = (columns, columns)
        return cls(
            np.full(columns, np.nan), np.ones(columns), *(np.zeros(square) for _ in range(4))
        )

    def update(self, lanes: Sequence[Lane]) -> None:
        """Add a batch: one lane for each column, all of the same length."""
        if not lanes:
            return
        for at in np.flatnonzero(np.isnan(self.centre)).tolist():
            self._centre(at, lanes[at])
        rows = len(lanes[0].values)
        step = max(_BLOCK_ROWS_MIN, _BLOCK_PRODUCTS // len(lanes) ** 2)
        for start in range(0, rows, step):
            self._add(lanes, start, min(rows, start + step))

    def merge(self, other: Self) -> None:
        """Add the other's rows to these."""
        unset = np.isnan(self.centre)
        self.centre = np.where(unset, other.centre, self.centre)
        self.scale = np.where(unset, other.scale, self.scale)
        with np.errstate(over="ignore", invalid="ignore"):
            stretch = np.where(np.isnan(other.centre), 1.0, self.scale / other.scale)
            shift = np.nan_to_num((other.centre - self.centre) * self.scale)
            up, step = stretch[:, None], shift[:, None]
            counts, sums = other.counts, other.sums
            self.crossed += (
                up * stretch * other.crossed
                + shift * up * sums
                + step * stretch * sums.T
                + step * shift * counts
            )
            self.squares += up**2 * other.squares + 2 * up * step * sums + step**2 * counts
            self.sums += up * sums + step * counts
        self.counts += counts

    def correlations(self) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Return r and the rows of every pair; NaN where one has no spread or too few rows."""
        with np.errstate(all="ignore"):
            counts = self.counts
            spread = self.squares - self.sums**2 / counts
            spread[~(spread > _SPREAD_MIN * self.squares)] = np.nan
            spread[counts < 2] = np.nan  # noqa: PLR2004 - two points make a line
            shared = self.crossed - self.sums * self.sums.T / counts
            r = shared / np.sqrt(spread) / np.sqrt(spread.T)
        return np.clip(r, -1.0, 1.0), counts.astype(np.int64)

    def _centre(self, at: int, lane: Lane) -> None:
        values = lane.values if lane.valid is None else lane.values[lane.valid]
        if not len(values):
            return
        least, greatest = float(values.min()), float(values.max())
        mean = float((values / len(values)).sum())
        centre = min(max(mean, least), greatest)
        spread = max(greatest - centre, centre - least)
        # A constant start tells nothing of the spread to come.
        self.centre[at] = centre
        self.scale[at] = 2.0 ** -float(np.clip(np.frexp(spread or centre or 1.0)[1], -1000, 1000))

    def _add(self, lanes: Sequence[Lane], start: int, stop: int) -> None:
        block = np.empty((len(lanes), stop - start))
        partial: list[int] = []
        validity: list[npt.NDArray[np.bool_]] = []
        with np.errstate(over="ignore", invalid="ignore"):
            for at, lane in enumerate(lanes):
                np.subtract(lane.values[start:stop], np.nan_to_num(self.centre[at]), out=block[at])
                block[at] *= self.scale[at]
                if lane.valid is not None:
                    block[at] *= lane.valid[start:stop]
                    partial.append(at)
                    validity.append(lane.valid[start:stop])
            self.crossed += block @ block.T
            squares = np.square(block)
            sums, square_sums = block.sum(axis=1), squares.sum(axis=1)
            counts = np.full(len(lanes), float(stop - start))
            whole = np.ones(len(lanes), np.bool_)
            whole[partial] = False
            self.sums[:, whole] += sums[:, None]
            self.squares[:, whole] += square_sums[:, None]
            if partial:
                masks = np.array(validity, np.float64)
                counts[partial] = masks.sum(axis=1)
                self.sums[:, partial] += block @ masks.T
                self.squares[:, partial] += squares @ masks.T
                self.counts[np.ix_(~whole, ~whole)] += masks @ masks.T
        # A pair has the rows of its partial column; two partial ones were multiplied above.
        each = np.where(whole, 0.0, counts)
        pairs = np.where(whole[:, None] & whole, counts, each[:, None] + each)
        pairs[np.ix_(~whole, ~whole)] = 0.0
        self.counts += pairs
