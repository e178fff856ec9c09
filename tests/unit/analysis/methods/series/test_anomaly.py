"""Odd periods: found alone and in runs, seldom in noise."""

import numpy as np
import pytest

from morello.analysis.methods.series.anomaly import ANOMALIES_MAX, anomalies_of


def _noise(seed: int, count: int = 300) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=count)


def test_a_single_odd_period_is_found() -> None:
    rest = _noise(1)
    rest[120] = -9.0
    [found] = anomalies_of(rest, 20)
    assert (found.start, found.length) == (120, 1)
    assert found.distance < -6
    assert found.p_value < 1e-3


def test_a_short_run_is_found_though_no_period_of_it_is_odd_alone() -> None:
    rest = _noise(2)
    rest[200:205] = [3.2, 3.0, 3.4, 3.1, 3.3]
    [found] = anomalies_of(rest, 20)
    assert (found.start, found.length) == (200, 5)


def test_an_absent_day_does_not_hide_a_run() -> None:
    rest = _noise(3)
    rest[50:54] = [6.0, np.nan, 6.0, 6.0]
    found = anomalies_of(rest, 20)[0]
    assert found.start <= 52 <= found.start + found.length


def test_no_more_than_a_few_are_told_and_none_twice() -> None:
    rest = _noise(4, 600)
    rest[50:600:60] = 12.0
    found = anomalies_of(rest, 50)
    assert 1 <= len(found) <= ANOMALIES_MAX
    assert len({each.start for each in found}) == len(found)


@pytest.mark.parametrize("degrees", [4, 100])
def test_noise_is_seldom_odd(degrees: int) -> None:
    generator = np.random.default_rng(5)
    told = [bool(anomalies_of(generator.standard_t(degrees, 250))) for _ in range(10)]
    assert np.mean(told) <= 0.2


@pytest.mark.parametrize("rest", [np.zeros(100), np.full(100, np.nan), _noise(6, 12), np.ones(0)])
def test_nothing_is_odd_without_noise_or_length(rest: np.ndarray) -> None:
    assert anomalies_of(rest) == []
