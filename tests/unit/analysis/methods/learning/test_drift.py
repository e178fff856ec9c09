"""Drift: rows like those in training are let be, rows that differ are not."""

import numpy as np

from morello.analysis.methods.learning.drift import counts_of, is_shifted, reference_of, shift

_GENERATOR = np.random.default_rng(3)


def values(rows: int, middle: float = 0.0, absent: float = 0.0) -> np.ndarray:
    made = _GENERATOR.normal(middle, 1, rows).astype(np.float32)
    made[_GENERATOR.random(rows) < absent] = np.nan
    return made


def shifted(before: np.ndarray, now: np.ndarray) -> bool:
    reference = reference_of(before)
    return is_shifted(np.array(reference.counts), counts_of(now, reference.edges))


def test_chance_is_no_drift_however_few_the_rows() -> None:
    found = [shifted(values(200), values(rows)) for rows in (20, 50, 500) for _ in range(60)]
    assert sum(found) <= 2


def test_what_moved_or_went_missing_is_found() -> None:
    assert shifted(values(2000), values(2000, middle=1.0))
    assert shifted(values(2000), values(2000, absent=0.4))
    assert not shifted(values(2000), values(2000, middle=0.1))


def test_constants_and_nothing_at_all_are_let_be() -> None:
    ones = np.ones(100, np.float32)
    assert not shifted(ones, ones)
    assert shifted(ones, 2 * ones)
    nothing = np.full(50, np.nan, np.float32)
    assert not shifted(nothing, nothing)
    reference = reference_of(ones)
    assert not is_shifted(np.array(reference.counts), np.zeros(len(reference.counts), np.int64))


def test_the_index_is_that_of_the_definition() -> None:
    old, new = np.array([500, 500]), np.array([600, 400])
    expected = 0.1 * np.log(0.6 / 0.5) - 0.1 * np.log(0.4 / 0.5)
    assert abs(shift(old, new) - expected) < 1e-3
