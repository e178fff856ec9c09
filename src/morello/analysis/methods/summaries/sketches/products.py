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

_BLOCK_VALUES = 1 << 17
_BLOCK_ROWS_MIN = 256
_PRODUCTS_MAX = 1 << 18
"""Up to so many BLAS starts no threads, which would cost more than they save."""
_PRODUCT_ROWS_MIN = 256
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
        step = max(_BLOCK_ROWS_MIN, _BLOCK_VALUES // len(lanes))
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
        rows = stop - start
        block = np.empty((len(lanes), rows))
        partial = [at for at, lane in enumerate(lanes) if lane.valid is not None]
        whole = [at for at, lane in enumerate(lanes) if lane.valid is None]
        masks = np.array([lane.valid[start:stop] for lane in lanes if lane.valid is not None])
        masks = masks.reshape(len(partial), rows).astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            centre = np.nan_to_num(self.centre)
            for at, lane in enumerate(lanes):
                np.subtract(lane.values[start:stop], centre[at], out=block[at])
            block *= self.scale[:, None]
            block[partial] *= masks
            squares = np.square(block)
            for total, values in ((self.sums, block), (self.squares, squares)):
                total[:, whole] += values.sum(axis=1)[:, None]
                total[:, partial] += _product(values, masks)
            self.crossed += _product(block, block)
        counts = np.full(len(lanes), float(rows))
        counts[partial] = masks.sum(axis=1)
        # Rows that a pair shares are those of its partial column, unless both are partial.
        pairs = np.minimum(counts[:, None], counts)
        pairs[np.ix_(partial, partial)] = _product(masks, masks)
        self.counts += pairs


def _product(first: Floats, second: Floats) -> Floats:
    """Return `first @ second.T`, made in pieces so small that BLAS does not start threads."""
    total = np.zeros((len(first), len(second)))
    step = max(_PRODUCT_ROWS_MIN, _PRODUCTS_MAX // max(1, total.size))
    for start in range(0, first.shape[1], step):
        piece = slice(start, start + step)
        total += first[:, piece] @ second[:, piece].T
    return total
