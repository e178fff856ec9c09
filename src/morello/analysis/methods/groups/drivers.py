"""Which columns explain a number, jointly: an additive model of binned columns, tried on new rows.

What a column explains is the covariance of its part of the model with the number (Hoffman, 1960;
Pratt, 1987): the shares add up to what the whole model explains.
"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.significance.distributions import correlation_tail, f_tail

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]

SINGLE_P_MAX = 0.01
"""Columns that show nothing by themselves in the rows learned from are left out."""
DRIVERS_MAX = 6
SHARE_MIN = 0.01
"""Of the number's variation in new rows, what a driver must explain..."""
OF_ALL_MIN = 0.05
"""...and of what all explain together."""
_ROWS_MIN = 200
_PENALTY_ROWS = 5.0
"""Each value of a column is drawn to the average as if by so many rows of it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Driver:
    """A column by index, what each of its codes adds, and what it explains of new rows."""

    column: int
    adds: Floats
    share: float


@dataclasses.dataclass(frozen=True, slots=True)
class Explained:
    """A joint model: `base` plus what each driver's code adds."""

    base: float
    drivers: list[Driver]
    """The strongest first; empty where nothing is explained."""
    share: float
    """Of the variance of rows that were not learned from, by all together."""
    p_value: float
    """That predictions of all chosen columns follow the new rows by chance."""


def explained(
    values: Floats, columns: list[Codes], sizes: list[int], learn: NDArray[np.bool_]
) -> Explained | None:
    """Learn from the rows of `learn`, try on the others; None where there are too few.

    `columns` are codes (negative is absent and adds nothing); `values` may have gaps (NaN).
    """
    known = ~np.isnan(values)
    learned, new = known & learn, known & ~learn
    if min(learned.sum(), new.sum()) < _ROWS_MIN or np.ptp(values[learned]) <= 0:
        return None
    alone = [_single_p(values[learned], each[learned]) for each in columns]
    chosen = [each for each, p in sorted(enumerate(alone), key=lambda pair: pair[1])
              if p < SINGLE_P_MAX][: 2 * DRIVERS_MAX]  # fmt: skip
    if not chosen:
        return Explained(0.0, [], 0.0, 1.0)
    first = _fitted(values, columns, sizes, (chosen, learned, new))
    p_value = first.p_value
    for _ in range(3):
        kept = [
            each.column
            for each in first.drivers
            if each.share >= max(SHARE_MIN, OF_ALL_MIN * first.share)
        ][:DRIVERS_MAX]
        if not kept or len(kept) == len(first.drivers):
            break
        first = _fitted(values, columns, sizes, (kept, learned, new))
    drivers = first.drivers if len(kept) == len(first.drivers) else []
    return Explained(first.base, drivers, first.share if drivers else 0.0, p_value)


def _single_p(values: Floats, codes: Codes) -> float:
    slots = codes + 1
    counts = np.bincount(slots)
    used = counts > 0
    groups, rows = int(used.sum()), len(values)
    if groups < 2 or rows <= groups:  # noqa: PLR2004 - nothing to compare
        return 1.0
    centred = values - values.mean()
    sums = np.bincount(slots, centred)
    between = float((sums[used] ** 2 / counts[used]).sum())
    within = max(float((centred**2).sum()) - between, 1e-300)
    return f_tail(between / (groups - 1) / (within / (rows - groups)), groups - 1, rows - groups)


def _fitted(
    values: Floats,
    columns: list[Codes],
    sizes: list[int],
    rows: tuple[list[int], NDArray[np.bool_], NDArray[np.bool_]],
) -> Explained:
    chosen, learned, new = rows
    design = np.concatenate(
        [columns[each][learned, None] == np.arange(sizes[each]) for each in chosen], axis=1
    ).astype(np.float64)
    base = float(values[learned].mean())
    square = design.T @ design
    square[np.diag_indices_from(square)] += _PENALTY_ROWS
    weights: Floats = np.asarray(
        np.linalg.solve(square, design.T @ (values[learned] - base)), dtype=np.float64
    )
    y = values[new] - values[new].mean()
    whole = max(float((y * y).mean()), 1e-300)
    drivers, start, guess = [], 0, np.zeros(len(y))
    for each in chosen:
        adds = weights[start : start + sizes[each]]
        start += sizes[each]
        part = np.append(adds, 0.0)[columns[each][new]]
        guess += part
        drivers.append(Driver(each, adds, float((part * y).mean()) / whole))
    share = 1 - float(((y - guess + guess.mean()) ** 2).mean()) / whole
    spread = float(guess.std())
    r = float((guess * y).mean()) / (spread * whole**0.5) if spread > 0 else 0.0
    p_value = correlation_tail(r, len(y)) / 2 if r > 0 else 1.0
    return Explained(base, sorted(drivers, key=lambda one: -one.share), max(0.0, share), p_value)
