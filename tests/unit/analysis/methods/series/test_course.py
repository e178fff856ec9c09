"""Trends and changes: found when there, seldom when not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from morello.analysis.methods.series.course import change, trend

_ONES = np.ones(80)


def _remembering(generator: np.random.Generator, memory: float, count: int) -> NDArray[np.float64]:
    noise = generator.normal(size=count + 30)
    for each in range(1, len(noise)):
        noise[each] += memory * noise[each - 1]
    return noise[30:]


def test_a_step_is_found_where_it_is() -> None:
    noise = np.random.default_rng(1).normal(size=80)
    course = change(noise + 2.0 * (np.arange(80) >= 50), _ONES)
    assert course.p_value < 1e-6
    assert course.at == pytest.approx(50, abs=2)
    assert course.size == pytest.approx(2.0, abs=0.6)


def test_a_slope_is_found_and_fits_better_than_a_step() -> None:
    noise = np.random.default_rng(2).normal(size=80)
    values = noise + np.linspace(0, 4, 80)
    line, step = trend(values, _ONES), change(values, _ONES)
    assert line.p_value < 1e-6
    assert line.size == pytest.approx(4.0, abs=1.0)
    assert line.left < step.left


@pytest.mark.parametrize("memory", [0.0, 0.5])
@pytest.mark.parametrize("test", [trend, change])
def test_noise_is_seldom_a_course(memory: float, test: object) -> None:
    generator = np.random.default_rng(3)
    assert callable(test)
    found = [test(_remembering(generator, memory, 80), _ONES).p_value < 0.01 for _ in range(300)]
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
    assert change(np.zeros(80), _ONES).p_value == 1
