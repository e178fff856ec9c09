"""A difference that turns within groups is seen; one that only shrinks is not."""

import numpy as np

from morello.analysis.methods.groups.cells import cells_of, numbers_of
from morello.analysis.methods.groups.reversal import Turned, reversals_of

_ROWS = 3_000
_GENERATOR = np.random.default_rng(4)
_LEVEL = _GENERATOR.integers(0, 3, _ROWS).astype(np.int32)
_SIDE = (_GENERATOR.random(_ROWS) < np.array([0.15, 0.5, 0.85])[_LEVEL]).astype(np.int32)
_NOISE = _GENERATOR.normal(0, 9, _ROWS)


def _turned(values: np.ndarray) -> Turned:
    numbers = numbers_of([values])
    cells = cells_of(_SIDE, _LEVEL, (2, 3), numbers)
    return reversals_of(cells, np.array([[0.0, 1.0]]), numbers.spreads)


def test_a_reversal_is_seen_in_both_views() -> None:
    found = _turned(30 + 14 * _LEVEL - 5 * _SIDE + _NOISE).best[0]
    assert found is not None
    assert found.whole > 0 > found.within
    assert found.p_value < 1e-6


def test_a_difference_that_vanishes_or_shrinks_is_none() -> None:
    assert _turned(30 + 14 * _LEVEL + _NOISE).best == [None]
    assert _turned(30 + 14 * _LEVEL + 5 * _SIDE + _NOISE).best == [None]


def test_without_a_clear_view_nothing_is_tried() -> None:
    assert _turned(_NOISE) == Turned([None], [0])
    assert _turned(np.full(_ROWS, np.nan)) == Turned([None], [0])
    assert _turned(np.ones(_ROWS)).best == [None]
