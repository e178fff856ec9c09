"""Association of categories, beside scipy's chi-squared."""

import numpy as np
import pytest
from scipy import stats

from morello.analysis.methods.association import association, of_counts


def test_the_test_is_chi_squared() -> None:
    table = np.array([[30.0, 20, 10], [20, 25, 40]])
    found = of_counts(table)
    assert found is not None
    assert found.p_value == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)
    assert (found.row, found.column) in ((0, 2), (1, 2))


def test_independent_columns_have_no_strength() -> None:
    generator = np.random.default_rng(1)
    first, second = generator.integers(0, 4, (2, 4_000)).astype(np.int32)
    found = association(first, second, (4, 4))
    assert found is not None
    assert found.strength < 0.05
    assert found.p_value > 0.001


def test_a_column_that_follows_is_seen() -> None:
    first = np.random.default_rng(2).integers(0, 6, 1_000).astype(np.int32)
    found = association(first, first // 2, (6, 3))
    assert found is not None
    assert found.follows == 1
    assert found.strength > 0.95


def test_rare_groups_are_left_out() -> None:
    table = np.array([[300.0, 200], [1, 0], [250, 260]])
    found = of_counts(table)
    assert found is not None
    assert found.row != 1


def test_too_little_says_nothing() -> None:
    assert of_counts(np.array([[5.0, 1]])) is None
    assert of_counts(np.array([[1.0, 1], [1, 1]])) is None
    nobody = np.full(10, -1, dtype=np.int32)
    assert association(nobody, nobody, (2, 2)) is None
