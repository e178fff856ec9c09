"""Curves: found where a line is not all, and put in simple words."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from morello.analysis.methods.outlying.copula import normal_scores
from morello.analysis.methods.patterns.curve import Bend, Curve, bend_of, curve_of, parts_of

Floats = NDArray[np.float64]


def _curve(x: Floats, y: Floats) -> Curve:
    found = curve_of(normal_scores(x), normal_scores(y), parts_of(x))
    assert found is not None
    return found


def _bend(x: Floats, y: Floats) -> Bend:
    parts = parts_of(x)
    counts = np.bincount(parts).astype(np.float64)
    return bend_of(np.bincount(parts, x) / counts, np.bincount(parts, y) / counts, counts)


_SHAPES: dict[str, tuple[Callable[[Floats], Floats], float]] = {
    "falls_rises": (lambda x: 4 * (x - 0.5) ** 2, 0.5),
    "rises_falls": (lambda x: np.where(x < 0.3, x / 0.3, (1 - x) / 0.7), 0.3),
    "rises_levels": (lambda x: np.minimum(x / 0.4, 1), 0.4),
    "falls_levels": (lambda x: -np.minimum(x / 0.4, 1), 0.4),
    "level_rises": (lambda x: np.maximum(x - 0.6, 0) / 0.4, 0.6),
    "level_falls": (lambda x: -np.maximum(x - 0.6, 0) / 0.4, 0.6),
    "jumps": (lambda x: (x > 0.6).astype(float), 0.6),
    "drops": (lambda x: (x < 0.6).astype(float), 0.6),
}


@pytest.mark.parametrize("shape", _SHAPES)
def test_a_curve_is_found_and_named(shape: str) -> None:
    random = np.random.default_rng(1)
    make, at = _SHAPES[shape]
    x = random.random(1_500)
    y = make(x) + random.normal(0, 0.3, 1_500)
    found = _curve(x, y)
    assert found.p_value < 1e-8
    assert found.gain > 0.05
    bend = _bend(x, y)
    assert bend.shape == shape
    assert bend.at == pytest.approx(at, abs=0.1)


def test_waves_are_no_bend() -> None:
    x = np.random.default_rng(2).random(2_000)
    y = np.sin(12 * x)
    assert _curve(x, y).gain > 0.5
    assert _bend(x, y).shape == "winds"


@pytest.mark.parametrize("shape", ["none", "line", "bent line", "counts"])
def test_a_line_is_no_curve_however_the_columns_are_bent(shape: str) -> None:
    p_values = []
    for seed in range(60):
        random = np.random.default_rng(seed)
        x, noise = random.normal(size=(2, 300))
        pairs = {
            "none": (x, noise),
            "line": (x, x + noise),
            "bent line": (np.exp(2 * x), (x + 0.5 * noise) ** 3),
            "counts": (np.round(2 * x), np.round(noise)),
        }
        p_values.append(_curve(*pairs[shape]).p_value)
    assert np.mean(np.array(p_values) < 0.05) <= 0.15
    assert min(p_values) > 1e-5


def test_few_rows_or_values_say_nothing() -> None:
    assert curve_of(np.arange(20.0), np.arange(20.0), parts_of(np.arange(20.0))) is None
    flat = np.zeros(500)
    assert curve_of(flat, np.arange(500.0), parts_of(flat)) is None


def test_rows_that_depend_on_one_another_count_less() -> None:
    random = np.random.default_rng(3)
    x = random.random(600)
    y = (x - 0.5) ** 2 + random.normal(0, 0.1, 600)
    parts = parts_of(x)
    whole = curve_of(normal_scores(x), normal_scores(y), parts)
    some = curve_of(normal_scores(x), normal_scores(y), parts, 0.2)
    assert whole is not None
    assert some is not None
    assert whole.p_value < some.p_value
