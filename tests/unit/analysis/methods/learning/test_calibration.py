"""Calibration: chances that were too sure come true afterwards; sound ones are left alone."""

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from morello.analysis.methods.learning.calibration import Calibration, calibrated, isotonic
from morello.analysis.methods.learning.score import calibration_error

Floats = np.ndarray


def drawn(rows: int, sharpness: float, classes: int = 2) -> tuple[Floats, Floats]:
    """Stated chances, too sharp by some factor, and what came true."""
    generator = np.random.default_rng(rows)
    scores = generator.normal(size=(rows, classes))
    true = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    actual = (true.cumsum(axis=1) < generator.random((rows, 1))).sum(axis=1)
    stated = np.exp(sharpness * scores)
    return stated / stated.sum(axis=1, keepdims=True), actual


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("rows", [400, 4000])
def test_too_sure_chances_come_true_afterwards(rows: int, classes: int) -> None:
    stated, actual = drawn(2 * rows, 4.0, classes)
    made = calibrated(stated[:rows], actual[:rows], np.random.default_rng(0))
    assert made.method != "none"
    after = made.apply(stated[rows:])
    assert np.allclose(after.sum(axis=1), 1)
    before = calibration_error(actual[rows:], stated[rows:])
    assert calibration_error(actual[rows:], after) < before / 2


def test_sound_chances_are_hardly_moved() -> None:
    stated, actual = drawn(2000, 1.0)
    made = calibrated(stated, actual, np.random.default_rng(0))
    assert np.abs(made.apply(stated) - stated).max() < 0.12


def test_isotonic_is_that_of_scikit_learn() -> None:
    stated, actual = drawn(500, 2.0)
    curve = isotonic(stated[:, 1], actual == 1)
    theirs = IsotonicRegression().fit(stated[:, 1], actual).predict(stated[:, 1])
    assert np.allclose(np.interp(stated[:, 1], curve.stated, curve.meant), theirs)


def test_it_travels_as_json() -> None:
    stated, actual = drawn(1500, 4.0)
    made = calibrated(stated, actual, np.random.default_rng(0))
    again = Calibration.model_validate_json(made.model_dump_json())
    assert np.array_equal(again.apply(stated), made.apply(stated))
