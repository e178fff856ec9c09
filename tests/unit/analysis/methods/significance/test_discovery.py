"""The false discovery rate, beside scipy's and by simulation."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from morello.analysis.methods.significance.discovery import q_values


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_q_is_scipys(p_values: list[float]) -> None:
    found = q_values(np.array(p_values))
    assert np.allclose(found, stats.false_discovery_control(p_values))


def test_no_tests_no_q() -> None:
    assert len(q_values(np.empty(0))) == 0


def test_without_signal_few_runs_find_anything() -> None:
    generator = np.random.default_rng(1)
    runs = [q_values(generator.random(200)).min() <= 0.05 for _ in range(400)]
    assert np.mean(runs) < 0.08
