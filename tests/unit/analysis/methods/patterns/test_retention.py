"""Retention: cohorts are counted right, drifts are found, and zeal alone is none."""

import numpy as np
import pytest
from numpy.typing import NDArray

from morello.analysis.methods.patterns.retention import (
    AGES,
    _slope,
    cohorts_of,
    drift_of_cohorts,
    drift_with_age,
    shares_by_age,
)

Ints = NDArray[np.int64]
MONTHS = 14


def _visits(seed: int, newer: float = 1.0, fading: float = 1.0) -> tuple[Ints, Ints]:
    random = np.random.default_rng(seed)
    first = random.integers(0, MONTHS, 1_000)
    loyal = random.beta(4, 6, 1_000) * newer ** (first / MONTHS)
    age = np.arange(MONTHS)[None, :] - first[:, None]
    chance = np.where(age > 0, loyal[:, None] * fading ** (age - 1.0), age == 0)
    who, when = np.nonzero(random.random((1_000, MONTHS)) < chance)
    return who.astype(np.int64), when.astype(np.int64)


def test_cohorts_are_counted_by_first_and_later_period() -> None:
    entities = np.array([0, 0, 0, 1, 1, 2])
    periods = np.array([0, 2, 2, 1, 2, 2])
    assert cohorts_of(entities, periods).tolist() == [[1, 0, 1], [0, 1, 1], [0, 0, 1]]


def test_shares_leave_out_the_first_cohort_and_those_not_followed() -> None:
    table = np.array([[90, 80, 70, 60], [0, 40, 20, 10], [0, 0, 10, 5], [0, 0, 0, 30]])
    shares, sizes = shares_by_age(table, 1)
    assert shares.tolist() == [[0.5], [0.5]]
    assert sizes.tolist() == [40, 0]  # ten are too few


def test_newer_ones_who_come_back_less_are_found() -> None:
    drift = drift_of_cohorts(*_visits(1, newer=0.3))
    assert drift is not None
    assert drift.p_value < 1e-3
    assert drift.change < -0.1


def test_who_fades_is_found() -> None:
    drift = drift_with_age(*_visits(2, fading=0.8))
    assert drift is not None
    assert drift.p_value < 1e-3
    assert drift.change < -0.1
    assert drift.level == pytest.approx(0.4, abs=0.08)


@pytest.mark.slow
def test_uneven_zeal_at_random_times_is_neither() -> None:
    p_values, without = [], []
    for seed in range(3):
        random = np.random.default_rng(seed)
        zeal = random.dirichlet(np.full(3_000, 0.7))
        entities = random.choice(3_000, 8_000, p=zeal)
        periods = random.integers(0, MONTHS, 8_000)
        drifts = (drift_of_cohorts(entities, periods), drift_with_age(entities, periods))
        p_values += [1.0 if each is None else each.p_value for each in drifts]
        without.append(_slope(cohorts_of(entities, periods), AGES)[1])
    assert min(p_values) > 1e-3
    assert max(without) < 1e-3  # the zealous are seen first: it would be told otherwise


@pytest.mark.slow
def test_steady_arrivals_and_steady_return_are_neither() -> None:
    p_values = []
    for seed in range(4):
        for drift in (drift_of_cohorts(*_visits(seed)), drift_with_age(*_visits(seed))):
            assert drift is not None
            p_values.append(drift.p_value)
    assert min(p_values) > 1e-3


def test_too_short_a_time_says_nothing() -> None:
    entities, periods = np.arange(200), np.arange(200) % 3
    assert drift_of_cohorts(entities, periods) is None
    assert drift_with_age(entities, periods) is None
