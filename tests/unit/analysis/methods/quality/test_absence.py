"""Gaps: columns that have them together, thresholds they depend on, days since which they last."""

import numpy as np
import pytest

from morello.analysis.methods.quality.absence import (
    absent_together,
    ends_at,
    tenths,
    threshold_of,
)

_GENERATOR = np.random.default_rng(4)
_ROWS = 2_000


def test_columns_absent_in_the_same_rows_are_one_group() -> None:
    absent = _GENERATOR.random((_ROWS, 4)) < 0.2
    absent[:, 2] = absent[:, 0]
    absent[:3, 2] = ~absent[:3, 2]
    assert absent_together(absent) == [[0, 2], [1], [3]]


def test_gaps_above_a_threshold_are_found_where_it_is() -> None:
    values = _GENERATOR.normal(100, 10, _ROWS)
    absent = _GENERATOR.random(_ROWS) < np.where(values > 110, 0.5, 0.05)
    found = threshold_of(*tenths(values), absent)
    assert found is not None
    assert found.p_value < 1e-20
    assert found.at == pytest.approx(110, abs=4)
    assert found.difference > 0.3


def test_gaps_at_random_depend_on_nothing() -> None:
    p_values = []
    for seed in range(200):
        generator = np.random.default_rng(seed)
        values, absent = generator.normal(size=500), generator.random(500) < 0.2
        found = threshold_of(*tenths(values), absent)
        assert found is not None
        p_values.append(found.p_value)
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.04)


@pytest.mark.parametrize("values", [np.full(300, 1.0), np.full(300, np.nan), np.array([1.0, 2.0])])
def test_without_spread_there_is_no_threshold(
    values: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> None:
    assert threshold_of(*tenths(values), np.zeros(len(values), dtype=bool)) is None


def test_an_end_is_one_when_many_rows_follow() -> None:
    moments = np.arange(_ROWS, dtype=np.float64)
    absent = (_GENERATOR.random(_ROWS) < 0.1) | (moments > 1_500)
    absent[1_500] = False
    assert ends_at(moments, absent, rows_min=20) == 1_500
    assert ends_at(-moments, absent, rows_min=20) is None
    assert ends_at(moments, _GENERATOR.random(_ROWS) < 0.9, rows_min=2) is None
    assert ends_at(moments, np.ones(_ROWS, dtype=bool), rows_min=20) is None
