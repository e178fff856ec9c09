"""Humps: found where there are two, and not where a column has one middle."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from morello.analysis.methods.patterns.humps import dip_of, dip_tail, humps_of

Maker = Callable[[np.random.Generator], NDArray[np.float64]]

_ONE: dict[str, Maker] = {
    "uniform": lambda random: random.random(300),
    "normal": lambda random: random.normal(size=300),
    "exponential": lambda random: random.exponential(size=300),
    "lognormal": lambda random: random.lognormal(0, 1.5, 300),
    "student": lambda random: random.standard_t(2, 300),
}


@pytest.mark.parametrize("shape", _ONE)
def test_one_middle_hardly_dips(shape: str) -> None:
    p_values = []
    for seed in range(25):
        values = _ONE[shape](np.random.default_rng(seed))
        p_values.append(dip_tail(dip_of(values), len(values)))
    assert min(p_values) > 1e-3


@pytest.mark.prove
@pytest.mark.parametrize("count", [80, 300, 2_000, 20_000])
def test_the_bound_lies_above_what_uniform_columns_give(count: int) -> None:
    random = np.random.default_rng(count)
    dips = np.sort([dip_of(random.random(count)) for _ in range(4_000)])
    for share in (0.1, 0.01, 0.001):
        dip = float(np.quantile(dips, 1 - share))
        assert dip_tail(dip, count) >= share


def test_the_dip_of_two_points_is_known() -> None:
    # Half at 0 and half at 1: no distribution with one middle is nearer than a quarter.
    values = np.repeat([0.0, 1.0], 500) + np.linspace(0, 1e-6, 1_000)
    assert dip_of(values) == pytest.approx(0.25, abs=0.01)


def test_two_humps_are_located() -> None:
    random = np.random.default_rng(1)
    values = random.normal(10, 2, 1_500)
    values[:600] += 10
    humps = humps_of(values)
    assert humps is not None
    assert dip_tail(dip_of(values), 1_500) < 1e-8
    assert humps.low == pytest.approx(10, abs=1)
    assert humps.high == pytest.approx(20, abs=1)
    assert humps.valley == pytest.approx(15, abs=1.5)
    assert humps.depth > 0.4


def test_scale_and_direction_do_not_matter() -> None:
    values = np.random.default_rng(2).gamma(2, size=400)
    dip = dip_of(values)
    assert dip_of(1e6 * values - 5) == pytest.approx(dip)
    assert dip_of(-values) == pytest.approx(dip, abs=1e-3)


def test_one_value_has_no_humps() -> None:
    assert humps_of(np.ones(100)) is None
    assert dip_of(np.ones(100)) <= 0.5
