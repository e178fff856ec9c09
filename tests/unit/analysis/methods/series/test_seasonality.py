"""Seasons: found when they recur, seldom when they do not."""

import numpy as np
import pytest

from morello.analysis.methods.series.seasonality import recurring, repeated, standing_out

_DAYS = np.arange(210)


def test_a_busy_weekend_is_found() -> None:
    noise = np.random.default_rng(1).normal(size=210)
    season = recurring(noise + 3.0 * (_DAYS % 7 >= 5), _DAYS % 7, 7)
    assert season.phases == [5, 6]
    assert season.size == pytest.approx(3.0, abs=0.6)
    assert season.p_value < 1e-9
    assert season.means[5] > season.means[0]


def test_one_quiet_day_is_told_as_the_quiet_one() -> None:
    noise = np.random.default_rng(2).normal(size=210)
    season = recurring(noise - 3.0 * (_DAYS % 7 == 1), _DAYS % 7, 7)
    assert season.phases == [1]
    assert season.size < -2


def test_noise_has_no_weekdays() -> None:
    generator = np.random.default_rng(3)
    found = [recurring(generator.normal(size=210), _DAYS % 7, 7).p_value < 0.01 for _ in range(300)]
    assert np.mean(found) < 0.025


def test_a_season_recurs_every_year() -> None:
    months = np.arange(36)
    noise = np.random.default_rng(4).normal(size=36)
    values = noise + 6.0 * (months % 12 == 11) + 0.5 * months
    season = repeated(values.reshape(3, 12))
    assert season.phases == [11]
    assert season.p_value < 0.05


def test_one_year_proves_no_season() -> None:
    assert repeated(np.arange(12.0).reshape(1, 12)).p_value == 1
    assert repeated(np.zeros((3, 12))).p_value == 1
    assert repeated(np.zeros((0, 12))).p_value == 1
    assert recurring(np.arange(23.0), np.arange(23) % 12, 12).p_value == 1


def test_a_wave_is_cut_into_its_high_and_low_half() -> None:
    months = np.arange(120)
    wave = 3 * np.sin(2 * np.pi * months / 12) + 0.05 * months
    season = recurring(wave + np.random.default_rng(5).normal(size=120), months % 12, 12)
    assert season.p_value < 1e-9
    assert 4 <= len(season.phases) <= 6
    assert season.means[3] > season.means[9]


def test_months_may_be_missing() -> None:
    months = np.delete(np.arange(120), [7, 50, 51])
    values = 2.0 * (months % 12 == 11) + 0.3 * np.random.default_rng(6).normal(size=117)
    season = recurring(values, months % 12, 12)
    assert season.phases == [11]
    assert season.p_value < 1e-9


def test_neighbouring_hours_stand_out_over_midnight_too() -> None:
    table = np.random.default_rng(7).poisson(0.6, (200, 24)).astype(float)
    table[:, [23, 0]] += np.random.default_rng(8).poisson(0.8, (200, 2))
    season = standing_out(table)
    assert season.phases == [0, 23]
    assert season.p_value < 1e-4
    assert standing_out(table[:3]).p_value == 1
    assert standing_out(np.zeros((50, 24))).p_value == 1


def test_even_hours_seldom_stand_out() -> None:
    generator = np.random.default_rng(9)
    found = [standing_out(generator.poisson(1.0, (60, 12)).astype(float)) for _ in range(100)]
    assert np.mean([each.p_value < 0.01 for each in found]) < 0.04
