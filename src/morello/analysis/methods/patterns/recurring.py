"""Values that come back too often: one value, the end of a scale, round numbers."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.outliers import grain_of
from morello.analysis.methods.significance.distributions import chi_squared_tail, normal_tail

Floats = NDArray[np.float64]

ROWS_MIN = 200
DISTINCT_MIN = 30
"""A column of fewer values has levels, which recur by nature."""
TIMES_MIN = 3.0
"""How many times as often as the next a value must come."""
_NEIGHBOURS = 5
_NEAR = 3
_STEPS = (5, 10, 15, 30, 50, 60, 100, 500, 1000)
_STEPS_IN_SPREAD = 4
_NEARLY = 0.9


@dataclasses.dataclass(frozen=True, slots=True)
class Recurring:
    """A value, the share of rows that have it, how many times the expected, and the p of that."""

    value: float
    share: float
    times: float
    p_value: float


def spike_of(values: Floats) -> Recurring | None:
    """Compare the most frequent of finite values with the others; None with too few of them.

    The least and the largest value count only as neighbours: see `end_of`.
    """
    found, counts = np.unique(values, return_counts=True)
    if len(values) < ROWS_MIN or len(found) < DISTINCT_MIN:
        return None
    first = 1 + int(np.argmax(counts[1:-1]))
    others = np.delete(counts[1:-1], first - 1)
    expected = max(int(others.max()), int(counts[first - 1]), int(counts[first + 1]))
    return _recurring(float(found[first]), int(counts[first]), expected, (len(values), len(found)))


def end_of(values: Floats, *, upper: bool) -> Recurring | None:
    """Compare the largest (or least) of finite values with those next to it.

    Where counts rise towards the end, as those of a power law do, as much again is allowed for.
    """
    found, counts = np.unique(values, return_counts=True)
    if len(values) < ROWS_MIN or len(found) < DISTINCT_MIN:
        return None
    if upper:
        found, counts = found[::-1], counts[::-1]
    next_to = counts[1 : 1 + _NEIGHBOURS]
    further = counts[1 + _NEAR : 1 + 2 * _NEAR].sum()
    rising = max(1.0, float(counts[1 : 1 + _NEAR].sum() / further))
    expected = max(float(next_to.max()), float(next_to[0]) * rising)
    return _recurring(float(found[0]), int(counts[0]), expected, (len(values), 2))


@dataclasses.dataclass(frozen=True, slots=True)
class Heaping:
    """Multiples of a step, and their share in all values, beside the share that chance gives."""

    step: float
    grain: float
    """The step that all values are multiples of."""
    share: float
    chance: float
    p_value: float

    @property
    def excess(self) -> float:
        """The share of values that seem to be rounded."""
        return (self.share - self.chance) / (1 - self.chance)


def heaping_of(values: Floats) -> Heaping | None:
    """Look for the step that finite values were rounded to more often than they would be.

    None where the values have no common grain, or span too few steps to tell.
    """
    grain = grain_of(values) if len(values) >= ROWS_MIN else 0.0
    if grain <= 0 or len(np.unique(values)) < DISTINCT_MIN:
        return None
    steps = np.rint(values / grain).astype(np.int64)
    low, high = np.quantile(steps, [0.25, 0.75])
    fitting = [each for each in _STEPS if (high - low) >= _STEPS_IN_SPREAD * each]
    tried = [_heaped(steps, each, grain, len(fitting)) for each in fitting]
    if not tried:
        return None
    most = max(each.excess for each in tried)
    return max(
        (e for e in tried if e.excess >= min(_NEARLY * most, most)), key=lambda each: each.step
    )


def _heaped(steps: NDArray[np.int64], size: int, grain: float, tried: int) -> Heaping:
    counts = np.bincount(steps % size, minlength=size).astype(np.float64)
    rows, others = len(steps), counts[1:]
    # Remainders that differ among themselves are no measure of chance: they widen it.
    uneven = max(1.0, float(others.var() / max(others.mean(), 1e-9)))
    chance = 1 / size
    z = (counts[0] - rows * chance) / (rows * chance * (1 - chance) * uneven) ** 0.5
    p_value = min(1.0, tried * normal_tail(max(float(z), 0.0)))
    return Heaping(size * grain, grain, float(counts[0] / rows), chance, p_value)


def _recurring(value: float, count: int, expected: float, of: tuple[int, int]) -> Recurring:
    """Ask a Poisson count of the expected mean for as many: its tail is chi-squared's head.

    `of` is how many values there are, and how many different ones were tried.
    """
    below = 1 - chi_squared_tail(2 * expected, 2 * count)
    return Recurring(value, count / of[0], count / expected, min(1.0, of[1] * max(below, 0.0)))
