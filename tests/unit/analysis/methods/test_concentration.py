"""A few of many."""

import numpy as np

from morello.analysis.methods.concentration import concentration

_GENERATOR = np.random.default_rng(1)


def test_a_few_that_have_most_are_seen() -> None:
    shares = 1 / np.arange(1, 101) ** 1.5
    codes = _GENERATOR.choice(100, 5_000, p=shares / shares.sum()).astype(np.int32)
    found = concentration(codes, 100)
    assert found is not None
    assert found.share > 0.8
    assert found.top == 20
    assert found.p_value < 1e-6


def test_even_dealing_is_no_concentration() -> None:
    codes = _GENERATOR.integers(0, 100, 5_000).astype(np.int32)
    found = concentration(codes, 100, _GENERATOR.lognormal(0, 1, 5_000))
    assert found is not None
    assert found.share - found.chance < 0.1


def test_totals_need_positive_numbers_and_many_entities() -> None:
    codes = np.arange(50, dtype=np.int32) % 20
    assert concentration(codes, 20, np.full(50, -1.0)) is None
    assert concentration(codes % 5, 5) is None
    assert concentration(np.full(50, -1, dtype=np.int32), 20) is None
