import collections

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from morello.analysis.methods.summaries.sketches.frequent import Frequent
from morello.analysis.methods.summaries.sketches.hashes import of_numbers
from morello.analysis.methods.summaries.sketches.values import picked


def of(values: np.ndarray, capacity: int = 64, parts: int = 5) -> Frequent:
    sketch = Frequent(capacity)
    for part in np.array_split(values, parts):
        sketch.update_rows(of_numbers(part), picked(part))
    return sketch


def check(sketch: Frequent, values: np.ndarray) -> None:
    counts = collections.Counter(values.tolist())
    for value, count in zip(sketch.values.tolist(), sketch.counts.tolist(), strict=True):
        assert 0 <= counts[value] - count <= sketch.error
    for value, count in counts.items():
        assert count <= sketch.error or value in sketch.values
    assert len(sketch.keys) <= 2 * sketch.capacity


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.integers(0, 400), min_size=1, max_size=600),
    other=st.lists(st.integers(0, 400), min_size=1, max_size=300),
    capacity=st.integers(1, 40),
)
def test_no_count_is_further_off_than_stated(
    values: list[int], other: list[int], capacity: int
) -> None:
    first, second = of(np.array(values), capacity), of(np.array(other), capacity, parts=1)
    check(first, np.array(values))
    first.merge(second)
    check(first, np.array(values + other))


def test_few_values_are_counted_exactly() -> None:
    values = np.random.default_rng(1).integers(0, 128, 10_000)
    sketch = of(values)
    assert sketch.error == 0
    assert dict(sketch.top(5)) == dict(collections.Counter(values.tolist()).most_common(5))


def test_heavy_values_are_found_among_a_million_rare_ones() -> None:
    generator = np.random.default_rng(2)
    values = generator.integers(1000, 1 << 60, 1_000_000)
    values[generator.random(1_000_000) < 0.02] = 7
    sketch = of(values, capacity=256, parts=20)
    assert sketch.error < 0.001 * len(values)
    check(sketch, values)
    assert [value for value, _ in sketch.top(10)] == [7]
