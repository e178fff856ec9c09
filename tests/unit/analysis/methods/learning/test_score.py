"""Scores: those of scikit-learn, with intervals that hold what they should."""

import numpy as np
import pytest
from sklearn import metrics

from morello.analysis.methods.learning.score import (
    area,
    calibration_error,
    of_classes,
    of_numbers,
    scored,
    share_within,
)

_GENERATOR = np.random.default_rng(1)


def test_numbers_are_scored_as_scikit_learn_does() -> None:
    actual = _GENERATOR.normal(size=300)
    said = actual + _GENERATOR.normal(size=300)
    plain = np.full(300, actual.mean())
    found = of_numbers(actual, said, plain, actual)(np.arange(300))
    assert found["mae"] == pytest.approx(metrics.mean_absolute_error(actual, said))
    assert found["rmse"] == pytest.approx(metrics.root_mean_squared_error(actual, said))
    assert found["skill"] == pytest.approx(metrics.r2_score(actual, said))


@pytest.mark.parametrize("classes", [2, 4])
def test_classes_are_scored_as_scikit_learn_does(classes: int) -> None:
    actual = _GENERATOR.integers(0, classes, 300)
    chances = _GENERATOR.dirichlet(np.ones(classes), 300)
    plain = np.full((300, classes), 1 / classes)
    found = of_classes(actual, chances, plain)(np.arange(300))
    labels = list(range(classes))
    loss = metrics.log_loss(actual, chances, labels=labels)
    assert found["log_loss"] == pytest.approx(loss)
    assert found["skill"] == pytest.approx(1 - loss / np.log(classes))
    assert found["accuracy"] == pytest.approx(
        metrics.accuracy_score(actual, chances.argmax(axis=1))
    )
    if classes == 2:
        assert found["auc"] == pytest.approx(metrics.roc_auc_score(actual, chances[:, 1]))
        assert found["brier"] == pytest.approx(metrics.brier_score_loss(actual, chances[:, 1]))


def test_ties_and_single_classes_have_an_area() -> None:
    assert area(np.array([0, 1, 0, 1]), np.array([1.0, 1.0, 1.0, 1.0])) == 0.5
    assert area(np.array([1, 1]), np.array([0.0, 1.0])) == 0.5


def test_an_interval_holds_its_value_and_grows_when_groups_say_the_same() -> None:
    actual = np.repeat(_GENERATOR.normal(size=40), 10)
    plain = np.zeros(400)
    measure = of_numbers(actual, plain, plain, actual)
    groups = np.repeat(np.arange(40), 10)
    alone = scored(measure, 400, np.random.default_rng(0))["mae"]
    together = scored(measure, 400, np.random.default_rng(0), groups)["mae"]
    assert alone.low <= alone.value <= alone.high
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_chances_that_come_true_have_no_calibration_error() -> None:
    ones = np.full(10_000, 0.7)
    actual = (_GENERATOR.random(10_000) < 0.7).astype(np.int64)
    assert calibration_error(actual, np.column_stack([1 - ones, ones])) < 0.03
    assert calibration_error(actual, np.column_stack([0.1 + 0 * ones, 0.9 + 0 * ones])) > 0.15


def test_a_share_has_an_interval_even_when_it_is_whole() -> None:
    found = share_within(np.ones(20, dtype=np.bool_))
    assert found.low < 0.9
    assert found.high == pytest.approx(1.0)
