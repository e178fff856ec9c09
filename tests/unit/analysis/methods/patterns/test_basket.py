"""Baskets: chance pairs add up, pairs that are liked are found, and large baskets like nobody."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from morello.analysis.methods.patterns.basket import (
    Together,
    expected_pairs,
    together,
    without_chains,
)

Floats = NDArray[np.float64]
SIZES = 8


def _counted(baskets: list[list[int]], items: int) -> tuple[Floats, Floats]:
    holders, pairs = np.zeros((items, SIZES)), np.zeros((items, items))
    for each in baskets:
        holders[each, len(each) - 1] += 1
        for one, other in itertools.permutations(each, 2):
            pairs[one, other] += 1
    return holders, pairs


def _baskets(random: np.random.Generator, count: int = 1_200, items: int = 12) -> list[list[int]]:
    popularity = random.dirichlet(np.full(items, 2.0))
    sizes = np.minimum(1 + random.poisson(random.gamma(1.5, 1.2, count)), SIZES)
    return [random.choice(items, int(size), replace=False, p=popularity).tolist() for size in sizes]


def test_chance_gives_every_item_the_partners_it_has() -> None:
    holders, pairs = _counted(_baskets(np.random.default_rng(1)), 12)
    expected, variances = expected_pairs(holders)
    assert expected.sum(axis=1) == pytest.approx(pairs.sum(axis=1), rel=1e-3)
    assert (expected == expected.T).all()
    assert (variances <= expected).all()


@pytest.mark.slow
def test_baskets_filled_by_chance_give_no_pair() -> None:
    least = []
    for seed in range(3):
        holders, pairs = _counted(_baskets(np.random.default_rng(seed)), 12)
        found = together(pairs, *expected_pairs(holders), holders.sum(axis=1))
        least.append(min((each.p_value for each in found), default=1.0))
    assert min(least) > 1e-3


def test_a_pair_that_is_liked_is_found() -> None:
    random = np.random.default_rng(2)
    baskets = _baskets(random)
    for each in baskets:
        if 4 in each and 9 not in each and len(each) < SIZES and random.random() < 0.4:
            each.append(9)
    holders, pairs = _counted(baskets, 12)
    best = together(pairs, *expected_pairs(holders), holders.sum(axis=1))[0]
    assert {best.first, best.second} == {4, 9}
    assert best.p_value < 1e-5
    assert best.lift > 1.25


def test_what_follows_from_stronger_pairs_is_left_out() -> None:
    pairs = [
        Together(first, second, 50, 10.0, 0.0) for first, second in [(1, 2), (2, 3), (1, 3), (4, 5)]
    ]
    kept = [(each.first, each.second) for each in without_chains(pairs)]
    assert kept == [(1, 2), (2, 3), (4, 5)]


def test_no_basket_of_two_gives_nothing() -> None:
    holders = np.zeros((3, SIZES))
    holders[:, 0] = 10
    expected, variances = expected_pairs(holders)
    assert expected.sum() == 0
    assert together(np.zeros((3, 3)), expected, variances, np.full(3, 10.0)) == []
