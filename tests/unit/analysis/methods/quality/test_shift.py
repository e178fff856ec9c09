"""How far two samples lie apart, with what chance makes taken into account."""

import numpy as np
import pytest
from numpy.typing import NDArray

from morello.analysis.methods.quality.shift import (
    KS_MIN,
    PSI_MIN,
    Ladder,
    difference_of_shares,
    shift_of_counts,
    shift_of_numbers,
)


def _ladder(values: NDArray[np.float64], error: float = 0.0) -> Ladder:
    ordered = np.sort(values)
    return Ladder(ordered, np.arange(1, len(values) + 1) / len(values), len(values), error)


def _normal(seed: int, rows: int = 2_000, at: float = 0.0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(at, 1, rows)


def test_a_shifted_sample_is_far_and_unlikely() -> None:
    shift = shift_of_numbers(_ladder(_normal(1)), _ladder(_normal(2, at=0.5)))
    assert shift.distance == pytest.approx(0.197, abs=0.03)
    assert shift.psi == pytest.approx(0.25, abs=0.1)
    assert shift.p_value < 1e-20


def test_samples_of_the_same_are_near_and_p_is_even() -> None:
    shifts = [
        shift_of_numbers(_ladder(_normal(2 * each)), _ladder(_normal(2 * each + 1)))
        for each in range(100)
    ]
    assert all(each.psi < PSI_MIN and each.distance < KS_MIN for each in shifts)
    assert np.mean([each.p_value < 0.05 for each in shifts]) <= 0.15


def test_a_sketch_s_error_is_taken_off() -> None:
    exact = shift_of_numbers(_ladder(_normal(1)), _ladder(_normal(2, at=0.5)))
    rough = shift_of_numbers(_ladder(_normal(1), 0.05), _ladder(_normal(2, at=0.5), 0.05))
    assert rough.distance == pytest.approx(exact.distance - 0.1)
    assert rough.p_value > exact.p_value


def test_counts_of_categories() -> None:
    same = shift_of_counts(np.array([500.0, 300, 200]), np.array([510.0, 290, 200]))
    moved = shift_of_counts(np.array([500.0, 300, 200]), np.array([200.0, 300, 500]))
    assert same is not None
    assert same.psi == 0
    assert same.p_value > 0.5
    assert moved is not None
    assert moved.psi == pytest.approx(2 * 0.3 * np.log(2.5), abs=0.01)
    assert moved.distance == pytest.approx(0.3095, abs=1e-4)
    assert shift_of_counts(np.array([0.0, 0]), np.array([1.0, 2])) is None


def test_shares_of_gaps() -> None:
    assert difference_of_shares((10, 10), (100, 100)) == 1
    assert difference_of_shares((10, 60), (100, 100)) < 1e-10
    assert difference_of_shares((0, 0), (100, 100)) == 1
