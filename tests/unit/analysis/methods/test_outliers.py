"""Outliers: those that a column's own tail does not explain."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from morello.analysis.methods.outliers import grain_of, robust_deviation, tail_of

Maker = Callable[[np.random.Generator], NDArray[np.float64]]
_SHAPES: dict[str, Maker] = {
    "normal": lambda random: random.normal(size=2_000),
    "lognormal": lambda random: random.lognormal(0, 1, 2_000),
    "student": lambda random: random.standard_t(3, 2_000),
    "pareto": lambda random: random.pareto(2, 2_000),
    "uniform": lambda random: random.uniform(size=2_000),
    "counts": lambda random: random.poisson(3, 2_000).astype(float),
    "small": lambda random: random.exponential(size=80),
}


@pytest.mark.parametrize("shape", _SHAPES)
def test_a_tail_explains_its_own_values(shape: str) -> None:
    random = np.random.default_rng(1)
    found = [tail_of(_SHAPES[shape](random), upper=True).p_value < 0.01 for _ in range(100)]
    assert np.mean(found) <= 0.04


@pytest.mark.parametrize("shape", ["normal", "lognormal", "uniform", "counts"])
def test_values_far_off_are_outliers(shape: str) -> None:
    values = _SHAPES[shape](np.random.default_rng(2))
    values[[5, 50, 500, 900]] = values.max() * np.array([20.0, 22.0, 25.0, 30.0])
    tail = tail_of(values, upper=True)
    assert tail.p_value < 1e-4
    assert tail.count == 4
    assert tail.edge == values[[5, 50, 500, 900]].min()


def test_both_ends_are_looked_at() -> None:
    values = np.random.default_rng(3).normal(100, 5, 2_000)
    values[7] = -400.0
    assert tail_of(values, upper=False).edge == -400.0
    assert tail_of(values, upper=False).p_value < 1e-4
    assert tail_of(values, upper=True).p_value > 0.01


def test_the_ends_of_a_larger_column_may_be_given() -> None:
    values = np.sort(np.random.default_rng(4).normal(size=50_000))
    values[-3:] = [20.0, 21.0, 22.0]
    sample = values[::25]
    tail = tail_of(sample, upper=True, extremes=values[-1_001:], rows=len(values))
    assert tail.count == 3
    assert tail.p_value < 1e-4


def test_the_step_of_rounded_values_is_seen() -> None:
    assert grain_of(np.array([1.0, 2.0, 5.0])) == 1
    assert grain_of(np.array([0.5, 1.5, 4.0])) == pytest.approx(0.5)
    assert grain_of(np.array([12.05, 3.1])) == pytest.approx(0.05)
    assert grain_of(np.random.default_rng(5).normal(size=50)) == 0
    assert grain_of(np.array([1e300, 2.0])) == 0


def test_spread_is_robust() -> None:
    values = np.random.default_rng(6).normal(0, 2, 5_000)
    values[:50] = 1e6
    assert robust_deviation(values) == pytest.approx(2.0, rel=0.1)
    assert robust_deviation(np.array([*[5.0] * 90, *range(10)])) > 0
