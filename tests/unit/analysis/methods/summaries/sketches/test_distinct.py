import numpy as np
import pytest

from morello.analysis.methods.summaries.sketches.distinct import DISTINCT_HASHES_MAX, Distinct
from morello.analysis.methods.summaries.sketches.hashes import of_numbers


def of(values: np.ndarray) -> Distinct:
    sketch = Distinct()
    for part in np.array_split(values, 7):
        sketch.update(of_numbers(part))
    return sketch


@pytest.mark.parametrize("count", [0, 1, 100, DISTINCT_HASHES_MAX])
def test_few_are_counted_exactly(count: int) -> None:
    sketch = of(np.tile(np.arange(count), 3))
    assert (sketch.estimate, sketch.error) == (count, 0)


@pytest.mark.parametrize("count", [DISTINCT_HASHES_MAX + 1, 50_000, 1_000_000])
def test_many_are_within_four_standard_errors(count: int) -> None:
    sketch = of(np.random.default_rng(1).permutation(count))
    assert 0 < sketch.error < 0.016
    assert abs(sketch.estimate / count - 1) < 4 * sketch.error


def test_the_error_is_what_is_stated() -> None:
    generator = np.random.default_rng(2)
    off = [of(generator.integers(0, 1 << 62, 20_000)).estimate / 20_000 - 1 for _ in range(60)]
    assert 0.7 * Distinct(is_exact=False).error < np.std(off) < 1.3 * Distinct(is_exact=False).error


def test_merging_gives_the_same_sketch_in_every_order() -> None:
    values = np.random.default_rng(3).integers(0, 30_000, 100_000)
    whole, parts = of(values), [of(part) for part in np.array_split(values, 5)]
    for order in ([0, 1, 2, 3, 4], [4, 2, 0, 1, 3]):
        merged = Distinct()
        for at in order:
            merged.merge(parts[at])
        assert np.array_equal(merged.keys, whole.keys)
        assert merged.is_exact == whole.is_exact
