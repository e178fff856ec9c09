"""Two conditions that say together what neither says alone: the contrast of four cells.

Exhaustive over pairs of conditions, as a beam search of depth two would be with an endless beam
(Klösgen, 1996; exceptional model mining: Leman, Feelders and Knobbe, 2008). What counts is the
interaction, so that two plain differences that meet are not told a third time.
"""

import dataclasses
import statistics
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.groups.cells import Cells
from morello.analysis.methods.significance.distributions import t_tail

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]
Mask = NDArray[np.bool_]

ROWS_MIN = 30
"""Rows that each of the four cells must have."""
SHARE_MIN = 0.005
SIZE_MIN = 0.25
"""Least distance from either part, in standard deviations."""
MORE_MIN = 0.6
"""The same, of what the clearer part does by itself: a little more of it is no news."""
_ROUNDS = 3
_GRID = 1001


@dataclasses.dataclass(frozen=True, slots=True)
class Contrast:
    """A pair of conditions, by index, and how far their cell stands out (z, signed)."""

    first: int
    second: int
    z: float


@dataclasses.dataclass(frozen=True, slots=True)
class Scan:
    """The best pair of conditions of two columns for each number, and how many were tried."""

    best: list[Contrast | None]
    tried: list[int]


def scan(cells: Cells, first: Floats, second: Floats, spreads: Floats) -> Scan:
    """Compare the four cells of every two conditions.

    `first` and `second` are conditions by codes: 1 where a condition holds. Unknown rows are in
    none of the cells.
    """
    rows = _four(cells.rows, first, second)
    sums = _four(cells.sums, first, second)
    total = cells.rows.sum(axis=(1, 2))[:, None, None]
    enough = np.minimum.reduce(rows) >= np.maximum(ROWS_MIN, SHARE_MIN * total)
    with np.errstate(divide="ignore", invalid="ignore"):
        both, one, other, neither = (part / count for part, count in zip(sums, rows, strict=True))
        error = np.sqrt(sum(1 / count for count in rows)) * spreads[:, None, None]
        z = (both - one - other + neither) / error
        least = np.minimum(abs(both - one), abs(both - other)) / spreads[:, None, None]
        apart = np.maximum(abs(one - neither), abs(other - neither)) / spreads[:, None, None]
    alike = (np.sign(both - one) == np.sign(z)) & (np.sign(both - other) == np.sign(z))
    tellable = enough & alike & (least >= np.maximum(SIZE_MIN, MORE_MIN * apart)) & np.isfinite(z)
    size = np.where(tellable, abs(z), 0.0).reshape(len(spreads), -1)
    places = size.argmax(axis=1)
    width = int(z.shape[2])
    best = [
        Contrast(int(place) // width, int(place) % width, float(z[each].ravel()[place]))
        if size[each, place] > 0
        else None
        for each, place in enumerate(places)
    ]
    return Scan(best, [int(each) for each in enough.sum(axis=(1, 2))])


def _four(table: NDArray[Any], first: Floats, second: Floats) -> list[NDArray[Any]]:
    """Add cells up to: both conditions, the first only, the second only, neither."""
    both = first @ table @ second.T
    one = (first @ table.sum(axis=2)[:, :, None]) - both
    other = (second @ table.sum(axis=1)[:, :, None]).transpose(0, 2, 1) - both
    return [both, one, other, table.sum(axis=(1, 2))[:, None, None] - both - one - other]


def interaction_p(values: Floats, first: Mask, second: Mask, parts: tuple[Codes, Codes]) -> float:
    """Return the two-sided p that two conditions together do what their columns do apart.

    `parts` are the columns' finer values as codes (negative is absent): what they do by themselves
    is taken out first. Both the values and their normal scores must stand out, so that neither a
    tail nor a scale makes the difference.
    """
    known = ~np.isnan(values) & (parts[0] >= 0) & (parts[1] >= 0)
    values, first, second = values[known], first[known], second[known]
    codes = [each[known] for each in parts]
    used = sum(len(np.unique(each)) for each in codes)
    if len(values) <= used + 4:
        return 1.0
    found = [_contrast_p(each, first, second, codes, used) for each in (values, scores(values))]
    return max(found)


def _contrast_p(values: Floats, first: Mask, second: Mask, codes: list[Codes], used: int) -> float:
    left = values - values.mean()
    for _ in range(_ROUNDS):
        for each in codes:
            counts = np.maximum(np.bincount(each), 1)
            left = left - (np.bincount(each, left) / counts)[each]
    contrast = own = shared = 0.0
    degrees = len(left) - used
    spread = float((left**2).sum()) / degrees
    for one in (True, False):
        for other in (True, False):
            cell = left[(first == one) & (second == other)]
            if len(cell) < 2:  # noqa: PLR2004 - no spread
                return 1.0
            contrast += (1 if one == other else -1) * float(cell.mean())
            own += float(cell.var(ddof=1)) / len(cell)
            shared += spread / len(cell)
    error = max(own * len(left) / degrees, shared)
    return t_tail(contrast / error**0.5, degrees) if error > 0 else 1.0


def scores(values: Floats) -> Floats:
    """Return normal scores (van der Waerden): the normal quantiles of ranks, ties shared."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    grid = np.linspace(0, 1, _GRID)[1:-1]
    grid = np.concatenate([[1e-7, 1e-6, 1e-5, 1e-4], grid, 1 - np.array([1e-4, 1e-5, 1e-6, 1e-7])])
    normal = statistics.NormalDist()
    quantiles = np.array([normal.inv_cdf(float(each)) for each in grid])
    return np.asarray(np.interp(middle / (len(values) + 1), grid, quantiles)[places])
