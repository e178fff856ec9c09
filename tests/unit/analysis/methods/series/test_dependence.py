"""How much a series remembers."""

import numpy as np
import pytest

from morello.analysis.methods.series.dependence import autocorrelation, inflation


def test_memory_is_measured() -> None:
    noise = np.random.default_rng(1).normal(size=5_000)
    for each in range(1, len(noise)):
        noise[each] += 0.6 * noise[each - 1]
    assert autocorrelation(noise) == pytest.approx(0.6, abs=0.05)
    assert inflation(noise) == pytest.approx(4.0, abs=0.7)


def test_nothing_is_remembered_of_constants_and_alternation() -> None:
    assert autocorrelation(np.ones(50)) == 0
    assert autocorrelation(np.tile([1.0, -1.0], 30)) == 0
    assert autocorrelation(np.array([1.0, 2.0])) == 0
