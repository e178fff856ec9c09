"""ECOD: the paper's sums, row by row."""

import numpy as np
import pytest

from morello.analysis.methods.outlying.ecod import ecod


def test_the_score_is_the_papers() -> None:
    random = np.random.default_rng(1)
    table = np.column_stack([random.exponential(size=40), random.normal(size=40)])
    table[:5, 1] = 0.25  # ties
    scores = ecod(table)
    for row, score in zip(table, scores, strict=True):
        left = [
            -np.log((column <= value).mean()) for column, value in zip(table.T, row, strict=True)
        ]
        right = [
            -np.log((column >= value).mean()) for column, value in zip(table.T, row, strict=True)
        ]
        skew = [((column - column.mean()) ** 3).mean() for column in table.T]
        mixed = [low if s < 0 else high for low, high, s in zip(left, right, skew, strict=True)]
        assert score == pytest.approx(max(sum(left), sum(right), sum(mixed)))


def test_the_row_that_is_far_out_everywhere_comes_first() -> None:
    table = np.random.default_rng(2).normal(size=(500, 6))
    table[77] = 2.6
    assert ecod(table).argmax() == 77
