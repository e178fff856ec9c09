"""A sample of rows is fair, the same size whatever is merged, and keeps what stood together."""

import numpy as np
import pytest

from morello.analysis.methods.summaries.sketches.products import Lane
from morello.analysis.methods.summaries.sketches.rows import Rows


def of(values: np.ndarray, capacity: int = 200, parts: int = 3) -> Rows:
    rows = Rows(capacity, values.shape[1])
    for part in np.array_split(values, parts):
        valid = ~np.isnan(part)
        rows.update([Lane(np.nan_to_num(part[:, at]), valid[:, at]) for at in range(part.shape[1])])
    return rows


def test_few_rows_are_all_there() -> None:
    values = np.random.default_rng(1).standard_normal((150, 3))
    values[7, 1] = np.nan
    rows = of(values)
    assert rows.is_whole
    assert sorted(rows.values[:, 0]) == sorted(values[:, 0])
    assert np.isnan(rows.values[:, 1]).sum() == 1


@pytest.mark.parametrize("merged", [False, True])
def test_a_sample_is_fair_and_keeps_rows_together(*, merged: bool) -> None:
    places = np.arange(20_000.0)
    means = []
    for seed in range(30):
        start = places + seed * 1e6
        values = np.stack([start, -start, start * 2], axis=1)
        rows = of(values[:5000])
        if merged:
            other = of(values[5000:])
            rows.merge(other)
        else:
            rows = of(values)
        assert (len(rows.values), rows.seen) == (200, 20_000)
        assert np.array_equal(rows.values[:, 0] * 2, rows.values[:, 2])
        means.append(rows.values[:, 0].mean() - seed * 1e6)
    error = 20_000 / np.sqrt(12 * 200 * 30)
    assert abs(np.mean(means) - 10_000) < 4 * error


def test_merging_is_free_of_order_and_association() -> None:
    values = np.random.default_rng(2).standard_normal((3000, 2))
    samples = [of(part, parts=1) for part in np.array_split(values, 3)]
    found = []
    for order in ([0, 1, 2], [2, 0, 1]):
        whole = Rows(200, 2)
        for at in order:
            whole.merge(samples[at])
        found.append(whole)
    assert np.array_equal(found[0].values, found[1].values)
    assert found[0].seen == found[1].seen == 3000


def test_equal_rows_may_all_be_in_it() -> None:
    rows = of(np.ones((1000, 2)))
    assert rows.values.tolist() == [[1.0, 1.0]] * 200
