"""Seasons: found when they recur, seldom when they do not."""

import numpy as np
import pytest

from morello.analysis.methods.series.seasonality import weekly, yearly

_DAYS = np.arange(210)


def test_a_busy_weekend_is_found() -> None:
    noise = np.random.default_rng(1).normal(size=210)
    season = weekly(noise + 3.0 * (_DAYS % 7 >= 5), _DAYS % 7)
    assert season.phases == [5, 6]
    assert season.size == pytest.approx(3.0, abs=0.6)
    assert season.p_value < 1e-9
    assert season.means[5] > season.means[0]


def test_one_quiet_day_is_told_as_the_quiet_one() -> None:
    noise = np.random.default_rng(2).normal(size=210)
    season = weekly(noise - 3.0 * (_DAYS % 7 == 1), _DAYS % 7)
    assert season.phases == [1]
    assert season.size < -2


def test_noise_has_no_weekdays() -> None:
    generator = np.random.default_rng(3)
    found = [weekly(generator.normal(size=210), _DAYS % 7).p_value < 0.01 for _ in range(300)]
    assert np.mean(found) < 0.025


def test_a_season_recurs_every_year() -> None:
    months = np.arange(36)
    noise = np.random.default_rng(4).normal(size=36)
    season = yearly(noise + 6.0 * (months % 12 == 11) + 0.5 * months)
    assert season.phases == [11]
    assert season.p_value < 0.05


def test_one_year_proves_no_season() -> None:
    assert yearly(np.arange(23.0)).p_value == 1
    assert yearly(np.zeros(36)).p_value == 1
