"""Steps: along a line, what is cut at thresholds bends in a known way."""

import numpy as np
import pytest

from morello.analysis.methods.outlying.copula import normal_scores
from morello.analysis.methods.patterns.curve import curve_of, parts_of
from morello.analysis.methods.patterns.steps import steps_of


def test_smooth_columns_have_no_steps() -> None:
    assert steps_of(normal_scores(np.random.default_rng(1).normal(size=500))) is None
    assert steps_of(np.zeros(100)) is None


def test_the_averages_along_a_line_are_those_of_a_cut_normal() -> None:
    random = np.random.default_rng(2)
    x = random.normal(size=40_000)
    y = normal_scores(np.clip(np.round(0.8 * x + 0.6 * random.normal(size=40_000)), -1, 1))
    steps = steps_of(y)
    assert steps is not None
    assert len(steps.scores) == 3
    places = np.array([-1.5, 0.0, 1.5])
    near = [np.abs(x - place) < 0.1 for place in places]
    given = np.array([y[each].mean() for each in near])
    found = steps.averages(places, np.array([each.sum() for each in near], dtype=float), given)
    assert found == pytest.approx(given, abs=0.05)


@pytest.mark.parametrize("kind", ["rating", "floor"])
def test_a_line_that_ends_at_a_bound_is_no_curve(kind: str) -> None:
    random = np.random.default_rng(3)
    x, noise = random.normal(size=(2, 4_000))
    cut = {"rating": np.clip(np.round(4 - x + noise), 1, 5), "floor": np.maximum(x + noise, 0.5)}
    y = normal_scores(cut[kind])
    bent = curve_of(normal_scores(x), y, parts_of(x))
    straight = curve_of(normal_scores(x), y, parts_of(x), steps=steps_of(y))
    assert bent is not None
    assert straight is not None
    assert bent.gain > 0.005
    assert straight.gain < 0.002
