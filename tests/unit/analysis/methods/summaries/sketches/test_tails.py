import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from morello.analysis.methods.summaries.sketches.tails import TAIL_ITEMS_MAX, Tails


def of(values: np.ndarray, step: int) -> Tails:
    tails = Tails()
    for start in range(0, len(values), step):
        part = Tails()
        part.update(values[start : start + step])
        tails.merge(part) if start % 2 else tails.update(values[start : start + step])
    return tails


@pytest.mark.parametrize("step", [700, 9_999, 65_536])
@pytest.mark.parametrize("shape", ["normal", "rising", "falling", "few"])
def test_both_ends_are_exact(step: int, shape: str) -> None:
    values = np.random.default_rng(1).standard_normal(100_000)
    if shape in {"rising", "falling"}:
        values.sort()
    if shape == "falling":
        values = values[::-1]
    if shape == "few":
        values = values.round()
    tails, ordered = of(values, step), np.sort(values)
    assert np.array_equal(tails.low, ordered[:TAIL_ITEMS_MAX])
    assert np.array_equal(tails.high, ordered[::-1][:TAIL_ITEMS_MAX])
    for bound in [*ordered[[0, 500, 1023, -1, -500, -1000]], -10.0, 10.0]:
        below = tails.below(bound)
        assert below == np.count_nonzero(values < bound) or (shape == "few" and below is None)
    assert tails.below(10.0) == len(values)
    assert shape == "few" or tails.below(0.0) is None


@settings(max_examples=50, deadline=None)
@given(values=st.lists(st.floats(-100, 100), min_size=1), bound=st.floats(-120, 120))
def test_few_values_are_counted_anywhere(values: list[float], bound: float) -> None:
    assert of(np.array(values), 7).below(bound) == sum(value < bound for value in values)
