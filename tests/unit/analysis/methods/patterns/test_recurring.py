"""Values that recur: one value, the end of a scale, round numbers; and columns without any."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from morello.analysis.methods.patterns.recurring import end_of, heaping_of, spike_of

Maker = Callable[[np.random.Generator], NDArray[np.float64]]

_SMOOTH: dict[str, Maker] = {
    "normal": lambda random: np.round(random.normal(100, 15, 1_000), 1),
    "whole": lambda random: np.round(random.normal(500, 100, 1_000)),
    "lognormal": lambda random: np.round(random.lognormal(3, 1, 1_000), 2),
    "counts": lambda random: random.poisson(60, 1_000).astype(float),
    "power": lambda random: np.floor(random.pareto(1.2, 1_000)) + 1,
    "geometric": lambda random: random.geometric(0.05, 1_000).astype(float),
    "uniform": lambda random: np.round(random.uniform(0, 100, 1_000)),
}


@pytest.mark.parametrize("shape", _SMOOTH)
def test_smooth_columns_have_none(shape: str) -> None:
    for seed in range(12):
        values = _SMOOTH[shape](np.random.default_rng(seed))
        for found in (spike_of(values), end_of(values, upper=True), end_of(values, upper=False)):
            assert found is None or found.p_value > 1e-5 or found.times < 3
        heaping = heaping_of(values)
        assert heaping is None or heaping.p_value > 1e-5 or heaping.excess < 0.08


def test_a_value_that_keeps_coming_back_is_a_spike() -> None:
    values = _SMOOTH["normal"](np.random.default_rng(1))
    values[:60] = 97.5
    spike = spike_of(values)
    assert spike is not None
    assert spike.value == 97.5
    assert spike.share == pytest.approx(0.06, abs=0.01)
    assert spike.p_value < 1e-10
    assert spike.times > 3


def test_a_scale_that_ends_too_early_is_seen_at_either_end() -> None:
    values = _SMOOTH["whole"](np.random.default_rng(2))
    top = end_of(np.minimum(values, 650), upper=True)
    bottom = end_of(np.maximum(values, 350), upper=False)
    assert top is not None
    assert bottom is not None
    assert (top.value, bottom.value) == (650, 350)
    assert max(top.p_value, bottom.p_value) < 1e-6


@pytest.mark.parametrize(("step", "grain"), [(10, 1), (0.5, 0.01), (60, 1)])
def test_rounded_values_are_told_by_their_step(step: float, grain: float) -> None:
    random = np.random.default_rng(3)
    values = np.round(random.gamma(4, 15 * step, 2_000) / grain) * grain
    rounded = random.random(2_000) < 0.3
    values[rounded] = np.round(values[rounded] / step) * step
    heaping = heaping_of(np.round(values, 2))
    assert heaping is not None
    assert heaping.step == pytest.approx(step)
    assert heaping.excess == pytest.approx(0.3, abs=0.05)
    assert heaping.p_value < 1e-10


def test_few_values_are_levels() -> None:
    levels = np.repeat(np.arange(10.0), 100)
    assert spike_of(levels) is None
    assert end_of(levels, upper=True) is None
    assert heaping_of(levels) is None
    assert heaping_of(np.random.default_rng(4).normal(size=500)) is None
