import numpy as np
import pytest

from morello.analysis.methods.summaries.columns.distribution import Distribution
from morello.analysis.methods.summaries.columns.ranks import BINS_MAX, QUANTILE_RANKS, Ranks
from morello.analysis.methods.summaries.sketches.quantiles import RANK_ERROR


def of(values: np.ndarray) -> Ranks:
    distribution = Distribution()
    for part in np.array_split(values, 9):
        if len(part):
            distribution.update(part, float(part.min()), float(part.max()))
    return Ranks.of(distribution)


def test_quantiles_are_values_of_the_data() -> None:
    values = np.random.default_rng(1).permutation(1000.0 + np.arange(1000))
    expected = np.quantile(values, QUANTILE_RANKS, method="inverted_cdf")
    assert list(of(values).quantiles().values()) == expected.tolist()


def test_far_outliers_among_many_values_are_counted_exactly() -> None:
    values = np.random.default_rng(2).standard_normal(300_000)
    values[:37] = 50.0
    values[37:40] = -60.0
    found = of(values).outliers()
    assert found is not None
    assert found.error == 0
    assert found.above == np.count_nonzero(values > found.upper) >= 37
    assert found.below == np.count_nonzero(values < found.lower) >= 3


def test_many_outliers_are_counted_within_the_stated_error() -> None:
    values = np.random.default_rng(3).standard_cauchy(300_000)
    found = of(values).outliers()
    assert found is not None
    assert 0 < found.error <= RANK_ERROR * len(values) + 1
    assert abs(found.above - np.count_nonzero(values > found.upper)) <= found.error


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("shape", ["normal", "heavy", "one", "two", "huge"])
def test_histograms_count_every_value_once(shape: str, *, whole: bool) -> None:
    generator = np.random.default_rng(4)
    values = {
        "normal": generator.standard_normal(900) * 100,
        "heavy": generator.standard_cauchy(900) * 10,
        "one": np.full(5, 7.0),
        "two": np.array([1.0, 1e15]),
        "huge": np.array([-1.7e308, 1.7e308]),
    }[shape].round()
    found = of(values).histogram(whole=whole)
    assert found is not None
    assert len(found.edges) == len(found.counts) + 1 <= BINS_MAX + 3
    assert sum(found.counts) == len(values)
    assert found.edges == sorted(set(found.edges))
    expected, _ = np.histogram(values, found.edges)
    assert found.counts == expected.tolist()


def test_nothing_has_no_ranks() -> None:
    nothing = Ranks.of(Distribution())
    assert (nothing.quantiles(), nothing.outliers()) == ({}, None)
    assert nothing.histogram(whole=True) is None
