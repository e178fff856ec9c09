"""Changes of level: found where they are, however many, and seldom where none is."""

import numpy as np
import pytest
from numpy.typing import NDArray

from morello.analysis.methods.series.changes import CHANGES_MAX, changes

_ONES = np.ones(120)


def _remembering(generator: np.random.Generator, memory: float, count: int) -> NDArray[np.float64]:
    noise = generator.normal(size=count + 30)
    for each in range(1, len(noise)):
        noise[each] += memory * noise[each - 1]
    return noise[30:]


def test_a_step_is_found_where_it_is() -> None:
    noise = np.random.default_rng(1).normal(size=120)
    found = changes(noise + 2.0 * (np.arange(120) >= 70), _ONES)
    assert found.p_value < 1e-6
    assert found.at == [pytest.approx(70, abs=2)]
    assert found.sizes[0] == pytest.approx(2.0, abs=0.6)


def test_a_level_that_comes_and_goes_is_two_changes() -> None:
    noise = np.random.default_rng(2).normal(size=120)
    time = np.arange(120)
    found = changes(noise + 2.5 * ((time >= 50) & (time < 80)), _ONES)
    assert found.at == [pytest.approx(50, abs=3), pytest.approx(80, abs=3)]
    assert found.sizes[0] > 0 > found.sizes[1]


def test_three_changes_are_found() -> None:
    levels = np.repeat([0.0, 2.0, -1.0, 1.5], 60)
    found = changes(levels + np.random.default_rng(3).normal(size=240), np.ones(240))
    assert found.at == [pytest.approx(each, abs=4) for each in (60, 120, 180)]
    assert len(found.levels) == 4
    assert len(found.at) <= CHANGES_MAX


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.8])
def test_noise_that_remembers_seldom_changes(memory: float) -> None:
    generator = np.random.default_rng(4)
    found = [
        changes(_remembering(generator, memory, 120), _ONES).p_value < 0.01 for _ in range(100)
    ]
    assert np.mean(found) < 0.03


def test_weights_count() -> None:
    values = np.random.default_rng(5).normal(size=120)
    values[60:70] += 4
    light = np.where((np.arange(120) >= 60) & (np.arange(120) < 70), 1e-3, 1.0)
    assert changes(values, _ONES).p_value < 1e-3 < changes(values, light).p_value


@pytest.mark.parametrize("values", [np.zeros(120), np.zeros(5), np.arange(3.0)])
def test_without_noise_or_length_nothing_changes(values: NDArray[np.float64]) -> None:
    found = changes(values, np.ones(len(values)))
    assert (found.p_value, found.at, len(found.levels)) == (1.0, [], 1)
