"""Sorts of days: one wild day makes none, many alike do."""

import numpy as np

from morello.analysis.methods.series.occasion import occasion_of

_DAYS = np.arange(400)
_CHOSEN = _DAYS % 30 == 10


def test_days_that_stray_together_are_found() -> None:
    rest = np.random.default_rng(1).normal(size=400) - 2.0 * _CHOSEN
    found = occasion_of(rest, _CHOSEN)
    assert found.p_value < 1e-6
    assert found.size < -1
    assert found.times == 13


def test_one_wild_day_is_not_a_sort_of_day() -> None:
    rest = np.random.default_rng(2).normal(size=400)
    rest[10] = 100.0
    assert occasion_of(rest, _CHOSEN).p_value > 0.01


def test_noise_is_seldom_a_sort() -> None:
    generator = np.random.default_rng(3)
    found = [occasion_of(generator.normal(size=400), _CHOSEN).p_value < 0.01 for _ in range(300)]
    assert np.mean(found) < 0.03


def test_few_days_and_constants_say_nothing() -> None:
    rest = np.random.default_rng(4).normal(size=400)
    assert occasion_of(rest, _DAYS < 3).p_value == 1
    assert occasion_of(np.zeros(400), _CHOSEN).p_value == 1
    assert occasion_of(np.full(400, np.nan), _CHOSEN).times == 0
