"""Items that come together more often than the sizes of baskets and their popularity make them.

Large baskets hold more of everything, so plain lift (Agrawal, Imielinski and Swami, 1993) finds
pairs where nobody likes any. Here baskets of each size are taken by themselves: the pairs that
chance would make there follow quasi-independence (Goodman, 1968), a product of one number for
each item such that every item has as many partners as it has.
"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.significance.distributions import chi_squared_tail

Floats = NDArray[np.float64]

LIFT_MIN = 1.25
COUNT_MIN = 10
PAIRS_MAX = 4
_ROUNDS_MAX = 200
_PRECISION = 1e-9
_UNIT_MIN = 0.2
_CAUTION = 1.2
"""Baskets filled at random vary up to so much more than the formula says."""


@dataclasses.dataclass(frozen=True, slots=True)
class Together:
    """Two items by index; the first is in no more baskets than the second."""

    first: int
    second: int
    count: int
    expected: float
    p_value: float
    """Corrected for the number of pairs looked at."""

    @property
    def lift(self) -> float:
        """How many times as often as expected."""
        return self.count / self.expected


def expected_pairs(holders: Floats) -> tuple[Floats, Floats]:
    """Return how many baskets would hold each pair by chance, and its variance, items by items.

    `holders` is items by sizes: how many baskets with so many different items (the first column is
    1, the next 2, ...) hold the item.
    """
    items, sizes = holders.shape
    pairs, variances = np.zeros((items, items)), np.zeros((items, items))
    for size in range(2, sizes + 1):
        partners = holders[:, size - 1] * (size - 1)
        if partners.sum() <= 0:
            continue
        factors = _factors(partners)
        here = np.outer(factors, factors)
        # As many baskets as there are hold each item: the count varies less than a Poisson one.
        without = 1 - holders[:, size - 1] * size / holders[:, size - 1].sum()
        pairs += here
        variances += here * np.outer(without, without)
    for each in (pairs, variances):
        np.fill_diagonal(each, 0.0)
    return pairs, variances


def together(counts: Floats, expected: Floats, variances: Floats, held: Floats) -> list[Together]:
    """Test every pair once; return all that come together more than by chance, the surest first.

    `counts`, `expected` and its `variances` are items by items, `held` is how many baskets hold
    each item.
    """
    above = np.triu(expected, 1)
    found = []
    looked = max(int((above > 0).sum()), 1)
    for one, other in np.argwhere((above > 0) & (counts >= COUNT_MIN) & (counts > expected)):
        first, second = (one, other) if held[one] <= held[other] else (other, one)
        count, mean = int(counts[one, other]), float(expected[one, other])
        # A Poisson count in units that give it the variance; its tail is chi-squared's head.
        unit = min(max(_CAUTION * float(variances[one, other]) / mean, _UNIT_MIN), 1.0)
        tail = max(0.0, 1 - chi_squared_tail(2 * mean / unit, 2 * count / unit))
        found.append(Together(int(first), int(second), count, mean, min(1.0, looked * tail)))
    return sorted(found, key=lambda each: (each.p_value, -(each.count - each.expected)))


def without_chains(pairs: list[Together]) -> list[Together]:
    """Keep a pair only while it names an item that no stronger one named, and not too many."""
    named: set[int] = set()
    kept = []
    for each in pairs:
        if {each.first, each.second} <= named:
            continue
        named |= {each.first, each.second}
        kept.append(each)
    return kept[:PAIRS_MAX]


def _factors(partners: Floats) -> Floats:
    """Return one number for each item such that its products with the others add up."""
    factors: Floats = partners / partners.sum() ** 0.5
    for _ in range(_ROUNDS_MAX):
        rest = np.maximum(factors.sum() - factors, 1e-300)
        # The root of a step keeps the rounds from swinging.
        better: Floats = np.sqrt(factors * partners / rest)
        if np.abs(better - factors).max() <= _PRECISION * max(float(better.max()), 1e-300):
            return better
        factors = better
    return factors
