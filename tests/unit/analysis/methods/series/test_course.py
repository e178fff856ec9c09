"""Trends: found when there, seldom when not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from morello.analysis.methods.series.course import trend

_ONES = np.ones(80)


def _remembering(generator: np.random.Generator, memory: float, count: int) -> NDArray[np.float64]:
    noise = generator.normal(size=count + 30)
    for each in range(1, len(noise)):
        noise[each] += memory * noise[each - 1]
    return noise[30:]


def test_a_slope_is_found() -> None:
    noise = np.random.default_rng(2).normal(size=80)
    values = noise + np.linspace(0, 4, 80)
    line = trend(values, _ONES)
    assert line.p_value < 1e-6
    assert line.size == pytest.approx(4.0, abs=1.0)


@pytest.mark.parametrize("memory", [0.0, 0.5])
def test_noise_is_seldom_a_trend(memory: float) -> None:
    generator = np.random.default_rng(3)
    found = [trend(_remembering(generator, memory, 80), _ONES).p_value < 0.01 for _ in range(300)]
    assert np.mean(found) < 0.03


def test_a_random_walk_is_no_trend() -> None:
    generator = np.random.default_rng(4)
    found = [trend(np.cumsum(generator.normal(size=80)), _ONES).p_value < 0.01 for _ in range(100)]
    assert np.mean(found) < 0.05


def test_weights_count() -> None:
    values = np.array([*np.zeros(20), 9.0, *np.zeros(59)])
    light = np.where(values > 0, 1e-6, 1.0)
    assert abs(trend(values, light).size) < abs(trend(values, _ONES).size)


def test_a_constant_series_has_no_course() -> None:
    assert trend(np.zeros(80), _ONES).p_value == 1


def test_a_series_that_hardly_forgets_drifts_by_its_steps() -> None:
    generator = np.random.default_rng(5)
    steady = np.cumsum(generator.normal(1.0, 1.0, 80))
    assert trend(steady, _ONES).p_value < 1e-4
