"""Lines and totals are found through a few wrong rows, and not where there are none."""

import numpy as np
import pytest

from morello.analysis.methods.quality.lines import line_between, rounding_of, total_of

_GENERATOR = np.random.default_rng(6)
_ROWS = 1_000
_X = np.round(_GENERATOR.normal(70, 12, _ROWS), 1)


@pytest.mark.parametrize(
    ("slope", "level"), [(2.20462, 0.0), (1.8, 32.0), (-1.0, 100.0), (0.001, 0.0)]
)
def test_a_rounded_line_is_found(slope: float, level: float) -> None:
    y = np.round(slope * _X + level, 4)
    y[::100] += 9.0
    line = line_between(_X, y)
    assert line is not None
    assert line.slope == pytest.approx(slope, rel=1e-4)
    assert line.level == pytest.approx(level, abs=1e-2)
    assert line.holds == pytest.approx(0.99, abs=1e-3)


@pytest.mark.parametrize(
    "y",
    [
        _X + _GENERATOR.normal(0, 0.5, _ROWS),
        _GENERATOR.normal(size=_ROWS),
        np.full(_ROWS, 3.0),
        np.full(_ROWS, np.nan),
        _X**2,
        (_GENERATOR.random(_ROWS) < 0.01).astype(float),
    ],
)
def test_what_is_near_a_line_is_none(y: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    assert line_between(_X, y) is None


def test_counts_that_are_mostly_zero_are_not_one_another() -> None:
    first = _GENERATOR.poisson(0.05, _ROWS).astype(float)
    second = np.where(_GENERATOR.random(_ROWS) < 0.02, 1.0, first)
    assert line_between(first, second) is None


def test_the_rounding_of_numbers_is_seen() -> None:
    assert rounding_of(np.array([1.0, 20.0])) == 1
    assert rounding_of(np.array([1.25, 20.1])) == pytest.approx(0.01)
    assert rounding_of(np.array([1 / 3])) == 0


def test_a_total_of_parts_is_found_among_others() -> None:
    parts = np.round(_GENERATOR.lognormal(2, 0.7, (_ROWS, 4)), 2)
    others = np.column_stack([parts, _GENERATOR.normal(50, 9, _ROWS)])
    total = parts.sum(axis=1)
    total[::50] += 7
    found = total_of(total, others)
    assert found is not None
    assert found[0] == [0, 1, 2, 3]
    assert found[1] == pytest.approx(0.98)


def test_other_columns_are_no_total() -> None:
    others = _GENERATOR.normal(10, 3, (_ROWS, 5))
    assert total_of(_GENERATOR.normal(30, 5, _ROWS), others) is None
    assert total_of(others @ np.array([1, 1, 0.5, 0, 0]), others) is None
    assert total_of(others[:, 0], np.column_stack([others[:, 1], others[:, 1]])) is None
