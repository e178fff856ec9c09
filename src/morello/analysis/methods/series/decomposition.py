"""A series taken apart: a slow level, a season, and what neither explains; odd values do no harm.

Medians throughout, as in Tukey's median polish (Exploratory Data Analysis, 1977).
"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ROUNDS = 2
_RECUR_MIN = 4
"""A phase that comes less often has no season of its own."""


@dataclasses.dataclass(frozen=True, slots=True)
class Parts:
    """Level + season + rest = the series, period by period; NaN stays NaN in the rest."""

    level: Floats
    season: Floats
    rest: Floats


def take_apart(values: Floats, phases: Ints | None, width: int) -> Parts:
    """Split a series by a running median over `width` (odd) periods and a median of each phase.

    `values` is one number a period, NaN where there is none; `phases` the place of each period in
    its season (0..k-1), None without a season.
    """
    season = np.zeros(len(values))
    level = running_median(values, width)
    for _ in range(_ROUNDS if phases is not None else 0):
        assert phases is not None
        season += phase_medians(values - level - season, phases)[phases]
        level = running_median(values - season, width)
    return Parts(level, season, values - level - season)


def phase_medians(values: Floats, phases: Ints) -> Floats:
    """Return the median of each phase, 0 where it hardly recurs; they have the median 0."""
    count = int(phases.max()) + 1
    medians = np.zeros(count)
    for phase in range(count):
        there = values[phases == phase]
        there = there[~np.isnan(there)]
        if len(there) >= _RECUR_MIN:
            medians[phase] = np.median(there)
    return medians - np.median(medians)


def running_median(values: Floats, width: int) -> Floats:
    """Return the median around each period; at the ends, that of the first or last `width`.

    Absent values do not count; where a whole stretch is absent the nearest median stands.
    """
    count = len(values)
    width = min(width, count if count % 2 else count - 1)
    if width < 3:  # noqa: PLR2004 - nothing to smooth
        return np.full(count, np.nanmedian(values) if (~np.isnan(values)).any() else 0.0)
    windows = np.lib.stride_tricks.sliding_window_view(values, width)
    there = ~np.isnan(windows)
    ordered = np.sort(windows, axis=1)  # NaN last
    known = there.sum(axis=1)
    rows = np.arange(len(windows))
    low, high = np.maximum(known - 1, 0) // 2, known // 2
    middle = (ordered[rows, low] + ordered[rows, np.minimum(high, width - 1)]) / 2
    middle[known == 0] = np.nan
    half = width // 2
    return _filled(np.concatenate([np.full(half, middle[0]), middle, np.full(half, middle[-1])]))


def _filled(values: Floats) -> Floats:
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return np.zeros(len(values))
    return np.interp(np.arange(len(values)), known, values[known])
