"""The last step is judged by those before it."""

import numpy as np
import pytest

from morello.analysis.methods.groups.shift import shift_of

_GENERATOR = np.random.default_rng(4)


@pytest.mark.parametrize("restless", [1.0, 3.0])
def test_a_usual_step_is_calibrated(restless: float) -> None:
    found = []
    for _ in range(400):
        steps = _GENERATOR.normal(0, restless, 14)
        shift = shift_of(100 + steps, np.ones(14))
        assert shift is not None
        found.append(shift.p_value)
    assert np.mean(np.array(found) < 0.01) < 0.03


def test_a_fall_is_seen_and_a_steady_trend_is_not() -> None:
    levels = 100 + 5 * np.arange(14) + _GENERATOR.normal(0, 0.7, 14)
    steady = shift_of(levels, np.full(14, 0.5))
    assert steady is not None
    assert steady.p_value > 1e-3
    levels[-1] -= 20
    fallen = shift_of(levels, np.full(14, 0.5))
    assert fallen is not None
    assert fallen.size < -10
    assert fallen.p_value < 1e-6


def test_a_short_or_flat_history_says_nothing() -> None:
    assert shift_of(np.arange(9.0), np.ones(9)) is None
    assert shift_of(np.ones(14), np.zeros(14)) is None
    assert shift_of(np.array([np.nan] * 14), np.ones(14)) is None
