"""Tails: a far value is odd among normal ones, ordinary among heavy ones."""

import numpy as np

from morello.analysis.methods.series.tail import tail_of

_GENERATOR = np.random.default_rng(1)


def test_the_heavier_the_tail_the_more_ordinary_a_far_value() -> None:
    normal = np.abs(_GENERATOR.normal(size=400))
    heavy = np.abs(_GENERATOR.standard_t(3, 400))
    assert tail_of(normal, 7.0) < 1e-5
    assert tail_of(heavy, 7.0) > 1e-4
    assert tail_of(normal, 3.0) > tail_of(normal, 5.0)


def test_values_made_of_many_rows_are_trusted_to_be_normal() -> None:
    normal = np.abs(_GENERATOR.normal(size=60))
    assert tail_of(normal, 6.0, rows=100) < tail_of(normal, 6.0)


def test_a_few_far_values_do_not_make_a_tail() -> None:
    normal = np.abs(_GENERATOR.normal(size=300))
    normal[:3] = 40.0
    assert tail_of(normal, 8.0, rows=30) < 1e-4


def test_little_is_known_of_few_values_or_of_constants() -> None:
    assert tail_of(np.ones(5), 100.0) == 1
    assert tail_of(np.zeros(100), 100.0) == 1
