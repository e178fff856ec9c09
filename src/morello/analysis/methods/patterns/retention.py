"""Retention: of those first seen in a period, the share that is seen again in later ones.

Whoever comes often is seen early, so the first cohorts look loyal and later ones do not, though
nothing has changed; and nobody knows how long those of the very first period were there before.
So that one is left out, and what is found has to be more than what happens when the same visits
are dealt out over the same times at random.
"""

import dataclasses
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.significance.distributions import normal_tail, t_tail

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SHUFFLES = 40
COHORT_MIN = 20
"""Entities of a cohort that is looked at."""
COHORTS_MIN = 4
AGES = 3
"""Periods after the first over which cohorts are compared."""
AGES_MAX = 12
_SEED = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Drift:
    """How retention changes: from cohort to cohort, or with age."""

    p_value: float
    change: float
    """The last minus the first, as a share of the entities."""
    level: float
    """The share that is seen again on average, or at the first age."""
    ages: int
    """Periods after the first that were looked at."""


def cohorts_of(entities: Ints, periods: Ints) -> Ints:
    """Count entities by first period and later period; both are 0 upwards, a row for each visit."""
    span = int(periods.max()) + 1
    seen = np.zeros((int(entities.max()) + 1) * span, dtype=bool)
    seen[entities * span + periods] = True
    there = np.flatnonzero(seen)
    who, when = there // span, there % span
    first = np.full(int(entities.max()) + 1, span, dtype=np.int64)
    np.minimum.at(first, who, when)
    return np.bincount(first[who] * span + when, minlength=span * span).reshape(span, span)


def drift_of_cohorts(entities: Ints, periods: Ints) -> Drift | None:
    """Ask whether newer cohorts come back more or less in the periods after their first."""
    table = cohorts_of(entities, periods)
    ages = min(AGES, (len(table) - 1) // 3)
    last = len(table) - ages
    if ages < 1 or (np.diag(table)[1:last] >= COHORT_MIN).sum() < COHORTS_MIN:
        return None
    slope, p_value, level = _slope(table, ages)
    p_value = max(
        p_value, _beside_chance(entities, periods, slope, lambda each: _slope(each, ages)[0])
    )
    return Drift(p_value, slope * (last - 2), level, ages)


def drift_with_age(entities: Ints, periods: Ints) -> Drift | None:
    """Ask whether fewer come back the longer ago their first period is."""
    table = cohorts_of(entities, periods)
    ages = min(AGES_MAX, len(table) // 2)
    last = len(table) - ages
    if ages < 4 or (np.diag(table)[1:last] >= COHORT_MIN).sum() < COHORTS_MIN:  # noqa: PLR2004 - too short to fade
        return None
    fall, p_value, level = _fall(table, ages)
    p_value = max(
        p_value, _beside_chance(entities, periods, fall, lambda each: _fall(each, ages)[0])
    )
    return Drift(p_value, -fall, level, ages)


def shares_by_age(table: Ints, ages: int) -> tuple[Floats, Floats]:
    """Return the share seen at ages 1..ages of each cohort but the first, and cohorts' sizes.

    Only cohorts whose last age was reached are there.
    """
    cohorts = np.arange(1, max(len(table) - ages, 1))
    sizes = np.diag(table)[cohorts].astype(np.float64)
    seen = np.column_stack([table[cohorts, cohorts + age] for age in range(1, ages + 1)])
    return seen / np.maximum(sizes, 1)[:, None], np.where(sizes >= COHORT_MIN, sizes, 0.0)


def _slope(table: Ints, ages: int) -> tuple[float, float, float]:
    """Return the change of retention from cohort to cohort, its p, and the mean."""
    shares, sizes = shares_by_age(table, ages)
    used = sizes > 0
    if used.sum() < COHORTS_MIN:
        return 0.0, 1.0, 0.0
    y, weights = shares[used].mean(axis=1), sizes[used]
    x = np.flatnonzero(used).astype(np.float64)
    level = float(np.average(y, weights=weights))
    x = x - np.average(x, weights=weights)
    spread = float((weights * x * x).sum())
    slope = float((weights * x * (y - level)).sum()) / spread
    rest = y - level - slope * x
    degrees = len(y) - 2
    # Never surer than if every entity were independent of the others.
    noise = max(float((weights * rest * rest).sum()) / degrees, level * (1 - level) / ages)
    return slope, t_tail(slope / max((noise / spread) ** 0.5, 1e-300), degrees), level


def _fall(table: Ints, ages: int) -> tuple[float, float, float]:
    """Return how much lower retention is at the last ages than at the first, its p, the first."""
    shares, sizes = shares_by_age(table, ages)
    used = sizes > 0
    if used.sum() < COHORTS_MIN:
        return 0.0, 1.0, 0.0
    part = max(ages // 3, 1)
    falls = shares[used, :part].mean(axis=1) - shares[used, -part:].mean(axis=1)
    weights = sizes[used] / sizes[used].sum()
    fall = float((weights * falls).sum())
    error = float((weights**2 * (falls - fall) ** 2).sum()) ** 0.5
    first = float((weights * shares[used, 0]).sum())
    return fall, t_tail(fall / max(error, 1e-300), len(falls) - 1), first


def _beside_chance(
    entities: Ints, periods: Ints, found: float, measure: Callable[[Ints], float]
) -> float:
    """Return the p of what was found beside what the same visits give at random times."""
    generator = np.random.default_rng(_SEED)
    by_chance = np.array(
        [measure(cohorts_of(entities, generator.permutation(periods))) for _ in range(SHUFFLES)]
    )
    excess = found - float(by_chance.mean())
    if excess * found <= 0:
        return 1.0
    return normal_tail(excess / max(float(by_chance.std(ddof=1)), 1e-300))
