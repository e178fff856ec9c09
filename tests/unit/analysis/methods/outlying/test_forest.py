"""The isolation forest is scikit-learn's, over standardized columns."""

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from morello.analysis.methods.outlying.forest import TREES, isolation


@pytest.mark.slow
def test_the_score_is_scikit_learns() -> None:
    table = np.random.default_rng(1).normal(size=(300, 3))
    small = ((table - table.mean(axis=0)) / table.std(axis=0)).astype(np.float32)
    forest = IsolationForest(n_estimators=TREES, random_state=0).fit(small)
    assert isolation(table) == pytest.approx(-forest.score_samples(small))


@pytest.mark.slow
def test_neither_scale_nor_a_constant_column_matters() -> None:
    table = np.random.default_rng(2).normal(size=(200, 2))
    table[5] = [5.0, -5.0]
    scaled = np.column_stack([table * [1e-6, 1e12], np.ones(200)])
    assert isolation(scaled).argmax() == isolation(table).argmax() == 5
