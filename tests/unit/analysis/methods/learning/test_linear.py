"""Linear models: those of scikit-learn with the same penalty."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from morello.analysis.methods.learning.linear import PENALTY, logistic, ridge, softmax

_GENERATOR = np.random.default_rng(4)


def test_ridge_is_that_of_scikit_learn() -> None:
    x = _GENERATOR.normal(size=(200, 5))
    y = x @ np.arange(5.0) + _GENERATOR.normal(size=200)
    weights, intercept = ridge(x, y)
    theirs = Ridge(alpha=PENALTY * 200).fit(x, y)
    assert np.allclose(weights, theirs.coef_)
    assert intercept == pytest.approx(theirs.intercept_)


def test_logistic_is_that_of_scikit_learn() -> None:
    x = _GENERATOR.normal(size=(300, 4))
    y = (x @ np.array([1.0, -1.0, 0.5, 0.0]) + _GENERATOR.logistic(size=300) > 0).astype(np.int64)
    y[:40] = 2
    weights, intercepts = logistic(x, y, 3)
    theirs = LogisticRegression(C=1 / (300 * PENALTY), tol=1e-8, max_iter=1000).fit(x, y)
    assert np.allclose(softmax(x @ weights + intercepts), theirs.predict_proba(x), atol=2e-3)
