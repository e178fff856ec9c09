"""Associations that turn around within the groups of a third column (Simpson, 1951).

Both views are tested, the whole and the pooled difference within groups, and both must hold: the
larger p is that of the reversal (an intersection-union test; Berger, 1982).
"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.groups.cells import Cells, Tables
from morello.analysis.methods.significance.distributions import normal_tail

Floats = NDArray[np.float64]

SIZE_MIN = 0.1
"""Least difference in either view, in standard deviations; of a slope, over two deviations."""
FLIPPED_MIN = 0.7
"""Least share, by weight, of the groups whose own difference has turned."""
_CELL_MIN = 5
_ROWS_MIN = 100
_GROUPS_MIN = 2
_CLEAR_Z = 4.9
"""In the clearer of both views; by chance one contrast in a million gets there."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reversal:
    """A contrast of one column's codes, by index, which turns within the codes of another."""

    contrast: int
    whole: float
    """The difference over all rows, in standard deviations."""
    within: float
    """The same within groups, pooled."""
    p_value: float


@dataclasses.dataclass(frozen=True, slots=True)
class Turned:
    """The clearest reversal for each number, and how many contrasts were tried."""

    best: list[Reversal | None]
    tried: list[int]
    """Contrasts that are clear in one view at least: only of these the other is in question."""


def reversals_of(cells: Cells, contrasts: Floats, spreads: Floats) -> Turned:
    """Look for reversals of the first column's contrasts within the second column's codes.

    `contrasts` are by codes: 1 for one side, 0 for the other, or any rising scores; what counts is
    the regression of the number on them. A group whose rows are few is left out of the pooled view.
    """
    rows, sums = cells.rows, cells.sums
    whole, base = _slopes(rows.sum(axis=2)[:, :, None], sums.sum(axis=2)[:, :, None], contrasts)
    slopes, weights = _slopes(rows, sums, contrasts)
    # A group needs rows on both sides of the contrast's middle.
    high = (contrasts > (contrasts.min(axis=1) + contrasts.max(axis=1))[:, None] / 2).astype(float)
    above = high @ rows
    fit = (above >= _CELL_MIN) & (rows.sum(axis=1)[:, None, :] - above >= _CELL_MIN)
    weights = np.where(fit, weights, 0.0)
    pooled = weights.sum(axis=2)
    total = rows.sum(axis=(1, 2))[:, None]
    spread = spreads[:, None]
    whole, base = whole[:, :, 0], base[:, :, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        within = (slopes * weights).sum(axis=2) / pooled
        flipped = np.where(slopes * within[:, :, None] > 0, weights, 0.0).sum(axis=2) / pooled
        # Deviations of the number for two of the score: of a half-half contrast, the gap.
        reach = 2 * np.sqrt(base / total) / spread
        least = np.minimum(abs(whole), abs(within)) * reach
        inner = _inner(rows, sums, spreads)[:, None]
        views = abs(whole) * np.sqrt(base) / spread, abs(within) * np.sqrt(pooled) / inner
        z, clearer = np.minimum(*views), np.maximum(*views)
    tellable = (total >= _ROWS_MIN) & (fit.sum(axis=2) >= _GROUPS_MIN) & (whole * within < 0)
    tellable &= (
        (clearer > _CLEAR_Z) & (flipped >= FLIPPED_MIN) & (least >= SIZE_MIN) & np.isfinite(z)
    )
    best: list[Reversal | None] = []
    for each, clear in enumerate(np.where(tellable, z, 0.0)):
        place = int(clear.argmax())
        if clear[place] <= 0:
            best.append(None)
            continue
        sizes = [float(one[each, place] * reach[each, place]) for one in (whole, within)]
        best.append(Reversal(place, sizes[0], sizes[1], normal_tail(float(clear[place]))))
    return Turned(best, [int(each) for each in (clearer > _CLEAR_Z).sum(axis=1)])


def _inner(rows: Tables, sums: Tables, spreads: Floats) -> Floats:
    """Return the standard deviation of each number within the second column's groups."""
    counts, totals = rows.sum(axis=1), sums.sum(axis=1)
    whole = np.maximum(counts.sum(axis=1), 1)
    means = totals / np.maximum(counts, 1)
    middle = totals.sum(axis=1) / whole
    between = (counts * (means - middle[:, None]) ** 2).sum(axis=1) / whole
    return np.asarray(np.sqrt(np.maximum(spreads**2 - between, 1e-4 * spreads**2)))


def _slopes(rows: Tables, sums: Tables, scores: Floats) -> tuple[Tables, Tables]:
    """Return the slope of the averages on each score, by number and group, and its weight."""
    counts = np.maximum(rows.sum(axis=1), 1)[:, None, :]
    middle = (scores @ rows) / counts
    weights = (scores**2) @ rows - counts * middle**2
    shared = scores @ sums - middle * sums.sum(axis=1)[:, None, :]
    return shared / np.maximum(weights, 1e-12), weights
