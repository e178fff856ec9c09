"""Normal scores, and the distance from what the other columns lead one to expect."""

import numpy as np
import pytest
from scipy import stats

from morello.analysis.methods.outlying.copula import copula_of, normal_scores


def test_normal_scores_are_the_quantiles_of_the_ranks() -> None:
    values = np.random.default_rng(1).lognormal(size=1_000)
    expected = stats.norm.ppf((stats.rankdata(values) - 0.5) / 1_000)
    assert normal_scores(values)[1:-1] == pytest.approx(expected[1:-1], abs=0.12)
    assert np.corrcoef(normal_scores(values), expected)[0, 1] > 0.999


def test_ties_share_a_score_and_what_is_absent_has_none() -> None:
    scores = normal_scores(np.array([1.0, 2.0, 2.0, 3.0, np.nan]))
    assert scores[1] == scores[2] == pytest.approx(0, abs=1e-9)
    # A quarter of a normal column lies below -0.674; its mean there is known.
    assert scores[0] == pytest.approx(-4 * stats.norm.pdf(stats.norm.ppf(0.25)), abs=1e-4)
    assert scores[4] == 0
    assert normal_scores(np.full(3, np.nan)).tolist() == [0, 0, 0]


def test_distances_are_chi_squared_whatever_the_columns_shapes() -> None:
    random = np.random.default_rng(2)
    shared = random.normal(size=(5_000, 1))
    scores = 0.8 * shared + 0.6 * random.normal(size=(5_000, 3))
    table = np.column_stack([np.exp(scores[:, 0]), scores[:, 1] ** 3, scores[:, 2]])
    squares = copula_of(table).squares
    for chance in (0.5, 0.1, 0.01):
        share = float((squares > stats.chi2.isf(chance, 3)).mean())
        assert share == pytest.approx(chance, rel=0.3)


def test_residuals_are_those_of_a_regression_on_the_others() -> None:
    random = np.random.default_rng(3)
    first = random.normal(size=4_000)
    table = np.column_stack([first, 0.9 * first + 0.436 * random.normal(size=4_000)])
    table[7] = [2.0, -2.0]
    copula = copula_of(table)
    assert copula.expected[7, 1] == pytest.approx(0.9 * copula.scores[7, 0], abs=0.1)
    assert abs(copula.residuals[7]).min() > 6


def test_a_formula_between_columns_does_not_explode() -> None:
    first = np.random.default_rng(4).normal(size=500)
    copula = copula_of(np.column_stack([first, 2 * first, -first]))
    assert np.isfinite(copula.squares).all()
    assert copula.squares.max() < 20
