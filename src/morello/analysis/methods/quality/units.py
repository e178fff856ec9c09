"""Units: a number that stands in two units is two copies of one shape, a known factor apart."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FACTORS = (10.0, 100.0, 1000.0)
"""A misplaced point; cents and euros; grams and kilograms."""
MEASURES = (2.54, 0.453_592_37, 0.3048, 1.609_344, 28.349_523_125, 3.785_411_784, 60.0)
"""Inch, pound, foot, mile, ounce, US gallon (NIST Special Publication 811), seconds in a minute."""
SMALLER_SHARE_MIN = 0.01
"""Fewer values of the other unit are outliers, and told as such."""
_ROWS_MIN = 60
_SMALLER_ROWS_MIN = 15
_POSITIVE_SHARE_MIN = 0.98
_DIFFERENT_MIN = 8
_BINS = 80
_VALLEY = 0.25
"""How empty it must be between the copies, against the lower of their peaks."""
_TOLERANCE = 0.012
_TOLERANCE_MAX = {True: 0.05, False: 0.12}
"""Of the factor's logarithm to base 10, where there are many factors or only powers of ten."""
_KS_MAX = 0.12
_KS_SIGMAS = 1.63
_SPREAD_RATIO_MAX = 1.45
_KERNEL = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9


@dataclasses.dataclass(frozen=True, slots=True)
class Copies:
    """Two copies: values from `split` on are `factor` times as large as the others."""

    factor: float
    split: float
    upper_share: float


def two_copies(values: Floats, *, is_measure: bool = False) -> Copies | None:
    """Find two separate copies of one shape that lie a known factor apart; None without.

    `values` are finite; `is_measure` admits the factors between units of length, weight, volume.
    """
    positive = values[values > 0]
    if len(positive) < max(_ROWS_MIN, _POSITIVE_SHARE_MIN * len(values)):
        return None
    logs = np.sort(np.log10(positive))
    for split in _valleys(logs):
        cut = int(np.searchsorted(logs, split))
        smaller = min(cut, len(logs) - cut)
        if smaller < max(_SMALLER_ROWS_MIN, SMALLER_SHARE_MIN * len(logs)):
            continue
        factor = factor_between(logs[:cut], logs[cut:], is_measure=is_measure)
        if factor is not None and factor > 1:
            return Copies(factor, float(10**split), 1 - cut / len(logs))
    return None


def factor_between(first: Floats, second: Floats, *, is_measure: bool) -> float | None:
    """Return the known factor from the first to the second sample of base-10 logarithms.

    None unless their medians are that far apart and their shapes alike. The factor is below 1
    where the second is smaller.
    """
    if min(len(first), len(second)) < _SMALLER_ROWS_MIN:
        return None
    if min(len(np.unique(each)) for each in (first, second)) < _DIFFERENT_MIN:
        return None  # levels, whose shape says nothing
    middles = float(np.median(first)), float(np.median(second))
    spreads = [float(np.subtract(*np.quantile(each, [0.9, 0.1]))) for each in (first, second)]
    error = 0.5 * float(np.hypot(spreads[0] / len(first) ** 0.5, spreads[1] / len(second) ** 0.5))
    shift = middles[1] - middles[0]
    nearest = min(_logs_of_factors(is_measure), key=lambda each: abs(abs(shift) - each))
    tolerance = _TOLERANCE + 2.5 * error  # the distance of medians has a sampling error
    if tolerance > _TOLERANCE_MAX[is_measure] or abs(abs(shift) - nearest) > tolerance:
        return None
    if max(spreads) > _SPREAD_RATIO_MAX * min(spreads) + 1e-9:
        return None
    size = len(first) * len(second) / (len(first) + len(second))
    if kolmogorov(first - middles[0], second - middles[1]) > _KS_MAX + _KS_SIGMAS / size**0.5:
        return None
    return float(10 ** (nearest if shift > 0 else -nearest))


def kolmogorov(first: Floats, second: Floats) -> float:
    """Return the greatest distance between two samples' shares below a value, 0 to 1."""
    both = np.concatenate([first, second])
    below = [
        np.searchsorted(np.sort(each), both, side="right") / len(each) for each in (first, second)
    ]
    return float(np.abs(below[0] - below[1]).max())


def _logs_of_factors(is_measure: bool) -> list[float]:
    known = (*FACTORS, *MEASURES) if is_measure else FACTORS
    return [abs(float(np.log10(each))) for each in known]


def _valleys(logs: Floats) -> list[float]:
    """Return where values hardly are though they are on both sides, the emptiest first."""
    low, high = np.quantile(logs, [0.001, 0.999])
    if not high > low:
        return []
    counts, edges = np.histogram(logs, _BINS, (low, high))
    smooth = np.convolve(counts, _KERNEL, mode="same")
    left, right = np.maximum.accumulate(smooth), np.maximum.accumulate(smooth[::-1])[::-1]
    depth = smooth / np.maximum(np.minimum(left, right), 1e-9)
    lows = np.flatnonzero(depth <= _VALLEY)
    runs = np.split(lows, np.flatnonzero(np.diff(lows) > 1) + 1)
    found = [
        (float(depth[run].min()), float((edges[run[0]] + edges[run[-1] + 1]) / 2))
        for run in runs
        if len(run)
    ]
    return [split for _, split in sorted(found)[:4]]
