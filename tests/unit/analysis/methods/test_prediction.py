"""A quick look at how well a target can be predicted."""

import numpy as np
import pytest

from morello.analysis.methods.prediction import (
    forecast_skill,
    of_codes,
    of_numbers,
    share_explained,
    share_told,
)

_GENERATOR = np.random.default_rng(1)
_X = _GENERATOR.normal(size=(2_000, 3))


def test_what_can_be_predicted_is() -> None:
    target = _X @ np.array([1.0, 2.0, 0.0]) + _GENERATOR.normal(size=2_000)
    assert share_explained(_X, target[:, None]) == pytest.approx(5 / 6, abs=0.04)


def test_noise_cannot_be_predicted() -> None:
    assert share_explained(_X, _GENERATOR.normal(size=(2_000, 1))) < 0.02
    assert share_explained(_X[:5], _GENERATOR.normal(size=(5, 1))) == 0
    assert share_explained(_X, np.zeros((2_000, 1))) == 0


def test_gaps_become_a_column() -> None:
    made = of_numbers(np.array([1.0, np.nan, 3.0]))
    assert made.tolist() == [[1.0, 0.0], [2.0, 1.0], [3.0, 0.0]]
    assert of_numbers(np.full(3, np.nan)).tolist() == [[0.0]] * 3
    assert of_codes(np.array([0, 1, -1], dtype=np.int32), 2).tolist() == [[1, 0], [0, 1], [0, 0]]


def test_a_season_can_be_forecast() -> None:
    days = np.arange(210)
    values = 10.0 * (days % 7 == 5) + _GENERATOR.normal(size=210)
    assert forecast_skill(values, 7) > 0.7
    assert forecast_skill(_GENERATOR.normal(size=210), 7) < 0.1
    assert forecast_skill(values[:10], 7) == 0


def test_what_one_column_tells_is_found_in_any_shape() -> None:
    generator = np.random.default_rng(8)
    values = generator.normal(size=2000).astype(np.float32)
    bowl = (values**2)[:, None].astype(np.float64)
    assert share_told(values, bowl, is_category=False) > 0.9
    assert share_explained(values[:, None].astype(np.float64), bowl) < 0.1
    noise = generator.normal(size=(2000, 1))
    assert share_told(values, noise, is_category=False) < 0.05
    codes = generator.integers(0, 200, 2000).astype(np.float32)
    assert share_told(codes, noise, is_category=True) < 0.05
    absent = np.where(noise[:, 0] > 0, np.nan, 1).astype(np.float32)
    known = (noise > 0).astype(np.float64)
    assert share_told(absent, known, is_category=False) > 0.99
    assert share_told(values[:10], noise[:10], is_category=False) == 0.0
