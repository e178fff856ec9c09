"""Taking a series apart: level, season and rest, unharmed by odd values and gaps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from morello.analysis.methods.series.decomposition import running_median, take_apart

_DAYS = np.arange(140)


def test_level_and_season_are_recovered_beside_a_wild_value() -> None:
    season = np.array([0.0, 0, 0, 0, 0, 3, 5])[_DAYS % 7]
    values = 10 + 0.05 * _DAYS + season
    values[60] = 500.0
    parts = take_apart(values, _DAYS % 7, 29)
    assert parts.rest[60] == pytest.approx(500 - (10 + 3 + season[60]), abs=0.5)
    calm = np.delete(parts.rest, 60)[20:-20]
    assert np.abs(calm).max() < 0.3


@settings(max_examples=25)
@given(some.lists(some.floats(-1e6, 1e6), min_size=1, max_size=60), some.sampled_from([3, 7, 29]))
def test_parts_always_add_up(values: list[float], width: int) -> None:
    series = np.array(values)
    parts = take_apart(series, np.arange(len(series)) % 7, width)
    assert np.allclose(parts.level + parts.season + parts.rest, series, atol=1e-6)


def test_gaps_stay_gaps_and_have_a_level() -> None:
    values = np.where(_DAYS % 5 == 0, np.nan, 4.0)
    parts = take_apart(values, None, 13)
    assert np.isnan(parts.rest[::5]).all()
    assert (parts.level == 4.0).all()


def test_a_long_gap_lies_between_its_ends() -> None:
    values = np.r_[np.full(40, 1.0), np.full(40, np.nan), np.full(40, 3.0)]
    assert 1.0 <= running_median(values, 13)[60] <= 3.0
    assert (running_median(np.full(10, np.nan), 3) == 0).all()
