import collections

import numpy as np
import pytest

from morello.analysis.methods.summaries.sketches.hashes import of_numbers
from morello.analysis.methods.summaries.sketches.sample import SAMPLE_VALUES_MAX, Sample
from morello.analysis.methods.summaries.sketches.values import picked


def of(values: np.ndarray, parts: int = 6) -> Sample:
    sample = Sample()
    for part in np.array_split(values, parts):
        sample.update_rows(of_numbers(part), picked(part))
    return sample


@pytest.mark.parametrize("different", [1, SAMPLE_VALUES_MAX, SAMPLE_VALUES_MAX + 1, 5_000])
def test_every_value_in_it_has_its_exact_count(different: int) -> None:
    values = np.random.default_rng(1).integers(0, different, 30_000)
    sample, counts = of(values), collections.Counter(values.tolist())
    assert len(sample.keys) == min(len(counts), SAMPLE_VALUES_MAX)
    assert sample.is_whole == (len(counts) <= SAMPLE_VALUES_MAX)
    for value, count in zip(sample.values, sample.counts.tolist(), strict=True):
        assert counts[value] == count


def test_merging_gives_the_same_sample_in_every_order() -> None:
    values = np.random.default_rng(2).integers(0, 3_000, 40_000)
    whole = of(values)
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2]):
        merged = Sample()
        for at in order:
            merged.merge(of(np.array_split(values, 3)[at], parts=2))
        assert np.array_equal(merged.keys, whole.keys)
        assert np.array_equal(merged.counts, whole.counts)
        assert merged.values.tolist() == whole.values.tolist()
        assert merged.is_whole is False


def test_it_is_fair() -> None:
    sample = of(np.arange(100_000))
    assert abs(np.mean(sample.values.astype(float)) / 50_000 - 1) < 0.2
