"""Correlations, beside scipy's."""

import numpy as np
import pytest
from scipy import stats

from morello.analysis.methods.correlation import pairs_of, pearson, ranks


def test_both_coefficients_are_scipys() -> None:
    generator = np.random.default_rng(1)
    x = generator.normal(size=200)
    table = np.column_stack([x, x + generator.normal(size=200)])
    [pair] = pairs_of(table)
    assert pair.pearson == pytest.approx(stats.pearsonr(table[:, 0], table[:, 1]).statistic)
    expected = stats.spearmanr(table[:, 0], table[:, 1])
    assert pair.spearman == pytest.approx(expected.statistic)
    assert pair.p_value == pytest.approx(expected.pvalue, rel=0.9)


def test_gaps_are_left_out_pair_by_pair() -> None:
    generator = np.random.default_rng(2)
    table = generator.normal(size=(100, 3))
    table[:40, 0] = np.nan
    rows = {(pair.first, pair.second): pair.rows for pair in pairs_of(table)}
    assert rows == {(0, 1): 60, (0, 2): 60, (1, 2): 100}


def test_two_series_that_remember_are_not_correlated() -> None:
    generator = np.random.default_rng(3)
    found = []
    for _ in range(150):
        walks = np.cumsum(generator.normal(size=(150, 2)), axis=0)
        found.append(pairs_of(walks)[0].p_value < 0.01)
    assert np.mean(found) < 0.1


def test_ties_share_their_rank() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0, 9.0])).tolist() == [2.5, 1.0, 2.5, 4.0]


def test_too_few_rows_and_constants_say_nothing() -> None:
    assert pairs_of(np.zeros((5, 2))) == []
    assert pearson(np.ones(10), np.arange(10.0)) == 0
