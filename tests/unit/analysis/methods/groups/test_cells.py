"""Cells hold what a loop over rows would put there."""

import numpy as np

from morello.analysis.methods.groups.cells import cells_of, numbers_of


def test_cells_are_counts_and_sums() -> None:
    first = np.array([0, 1, 1, -1, 0], dtype=np.int32)
    second = np.array([2, 0, 0, 1, -1], dtype=np.int32)
    whole = np.array([1.0, 2, 3, 4, 5])
    gaps = np.array([1.0, np.nan, 3, 4, 5])
    cells = cells_of(first, second, (2, 3), numbers_of([whole, gaps]))
    assert cells.rows.shape == (2, 2, 3)
    assert (cells.rows[0, 1, 0], cells.sums[0, 1, 0]) == (2, 5)
    assert (cells.rows[1, 1, 0], cells.sums[1, 1, 0]) == (1, 3)
    assert cells.rows[0].sum() == 3


def test_nothing_known_is_no_spread() -> None:
    assert numbers_of([np.full(3, np.nan)]).spreads[0] == 0
