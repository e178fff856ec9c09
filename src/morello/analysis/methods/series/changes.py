"""Changes of level: how often a series moved to another level, when, and how sure that is."""

import dataclasses
import itertools
import math

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.series.dependence import inflation
from morello.analysis.methods.significance.distributions import kolmogorov_tail, kuiper_tail

Floats = NDArray[np.float64]

CHANGES_MAX = 6
"""Changes of one series, the most certain first."""
_LATER_P_MAX = 0.01
"""For changes after the first, corrected for the stretches they were looked for in."""
_SIZE_MIN = 3.3
"""Least step of a change, in standard errors of it, once all of them are known."""
_INDEPENDENT_MIN = 15
_DOUBT = 2.0
"""Standard errors by which memory is taken longer, for each cut that fitted some of it away."""
_EDGE_SHARE = 0.08
_STRETCH_MIN = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Changes:
    """What a search for changes said; without any, `at` is empty and p is 1."""

    p_value: float
    at: list[int]
    """Index of the first period after each change, in order of time."""
    levels: list[float]
    """One more than changes."""
    left: float
    """Weighted sum of squares that is left: less is a better fit."""
    noise: float
    """Standard deviation of what is left for a period of average weight."""

    @property
    def sizes(self) -> list[float]:
        """The step of each change."""
        return np.diff(self.levels).tolist()


@dataclasses.dataclass(frozen=True, slots=True)
class _Split:
    p_value: float
    at: list[int]


def changes(values: Floats, weights: Floats) -> Changes:
    """Split a series into stretches of one level each, as long as each split is significant.

    A stretch is tested by the weighted CUSUM: its greatest distance from 0 follows a Brownian
    bridge when nothing changed (Ploberger and Krämer, 1992), and its range Kuiper's distribution,
    which sees a level that comes and goes. Both are divided by the long-run deviation of what is
    left after the split, so that memory is not taken for change. `values` and `weights` have one
    entry a period, in order; no gaps.
    """
    count = len(values)
    found: list[int] = []
    first = 1.0
    for _ in range(CHANGES_MAX):
        bounds = [0, *found, count]
        stretches = list(itertools.pairwise(bounds))
        splits = [_split(values, weights, found, each) for each in stretches]
        best = min(splits, key=lambda each: each.p_value)
        if not found:
            first = best.p_value
        elif best.p_value * len(stretches) > _LATER_P_MAX:
            break
        if not best.at or len(found) + len(best.at) > CHANGES_MAX:
            break
        found = sorted([*found, *best.at])
        if first > _LATER_P_MAX:
            break
    found = _pruned(values, weights, _moved(values, weights, found))
    levels, residuals = _levels(values, weights, found)
    left, noise, _ = left_over(residuals, weights)
    return Changes(first if found else 1.0, found, levels, left, noise)


def left_over(residuals: Floats, weights: Floats) -> tuple[float, float, float]:
    """Return the weighted sum of squares, the noise of an average period, the inflation."""
    standard = residuals * np.sqrt(weights / weights.mean())
    left = float(standard @ standard)
    return left, math.sqrt(left / max(len(residuals) - 2, 1)), inflation(standard)


def _split(values: Floats, weights: Floats, found: list[int], stretch: tuple[int, int]) -> _Split:
    """Propose to split one stretch in two, or in three where its middle stands out."""
    low, high = stretch
    edge = max(_STRETCH_MIN, int(len(values) * _EDGE_SHARE) if not found else 0)
    if high - low < 2 * edge + 1:
        return _Split(1.0, [])
    part, mass = values[low:high], weights[low:high]
    reach = np.cumsum(mass * (part - np.average(part, weights=mass)))
    tests = []
    once = [low + _best_cut(part, mass, edge)]
    lowest, highest = sorted((int(np.argmin(reach)) + 1, int(np.argmax(reach)) + 1))
    twice = [low + each for each in (lowest, highest) if edge <= each <= high - low - edge]
    far, span = float(np.abs(reach).max()), float(max(reach.max(), 0) - min(reach.min(), 0))
    for at, statistic, tail in ((once, far, kolmogorov_tail), (twice, span, kuiper_tail)):
        residuals = _levels(values, weights, sorted([*found, *at]))[1]
        _, noise, factor = left_over(residuals, weights)
        factor *= 1 + _DOUBT * len(at) / math.sqrt(len(values))
        if not at or noise <= 0 or len(values) / factor < _INDEPENDENT_MIN:
            continue
        # `noise` is for a period of average weight of the whole series.
        deviation = noise * math.sqrt(factor * mass.sum() * weights.mean())
        # Two tests were made of the same sums.
        tests.append(_Split(min(1.0, 2 * tail(statistic / deviation)), at))
    return min(tests, key=lambda each: each.p_value, default=_Split(1.0, []))


def _best_cut(values: Floats, weights: Floats, edge: int) -> int:
    """Return where two levels fit best, at least `edge` periods from either end."""
    total = weights.sum()
    reach = np.cumsum(weights * (values - np.average(values, weights=weights)))[:-1]
    gone = np.cumsum(weights)[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = reach**2 * total / (gone * (total - gone))
    return edge + int(np.argmax(gain[edge - 1 : len(values) - edge]))


def _moved(values: Floats, weights: Floats, found: list[int]) -> list[int]:
    """Put each change where it fits best between its neighbours."""
    moved = list(found)
    for place in range(len(moved)):
        low = moved[place - 1] if place else 0
        high = moved[place + 1] if place + 1 < len(moved) else len(values)
        edge = min(_STRETCH_MIN, (high - low) // 2)
        if high - low > 2 * edge:
            moved[place] = low + _best_cut(values[low:high], weights[low:high], edge)
    return moved


def _pruned(values: Floats, weights: Floats, found: list[int]) -> list[int]:
    """Drop the smallest change until every one that is left is sure."""
    found = list(found)
    while len(found) > 1:
        levels, residuals = _levels(values, weights, found)
        _, noise, factor = left_over(residuals, weights)
        masses = np.add.reduceat(weights, [0, *found]) / weights.mean()
        errors = noise * np.sqrt(factor * (1 / masses[:-1] + 1 / masses[1:]))
        sizes = np.abs(np.diff(levels)) / np.maximum(errors, 1e-300)
        weakest = int(np.argmin(sizes))
        if sizes[weakest] >= _SIZE_MIN:
            break
        found.pop(weakest)
    return found


def _levels(values: Floats, weights: Floats, at: list[int]) -> tuple[list[float], Floats]:
    """Return the weighted mean of each stretch, and what it leaves of each value."""
    starts = [0, *at]
    levels = np.add.reduceat(weights * values, starts) / np.add.reduceat(weights, starts)
    return levels.tolist(), values - np.repeat(levels, np.diff([*starts, len(values)]))
