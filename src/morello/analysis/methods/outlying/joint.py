"""Rows that are odd in several columns together: three opinions, one order, one test."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.correlation import ranks
from morello.analysis.methods.outliers import tail_of
from morello.analysis.methods.outlying.copula import Copula, copula_of
from morello.analysis.methods.outlying.ecod import ecod
from morello.analysis.methods.outlying.forest import isolation
from morello.analysis.methods.significance.distributions import chi_squared_tail

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

ROWS_MIN = 100
AGREED_RANK_MIN = 0.8
"""Where a row must be in the common order, from 0 to 1."""
_SUSPICION = 0.01
_DISTANCE_MIN = 3.0


@dataclasses.dataclass(frozen=True, slots=True)
class Odd:
    """The rows that stand apart, the oddest first, and how sure that is."""

    rows: Places
    p_value: float
    copula: Copula


def odd_rows(table: Floats) -> Odd:
    """Find the rows of `table` that stand apart (rows by columns, NaN where absent).

    p is of the widest gap in the tail of the distances, and of the distance itself under a
    Gaussian copula, corrected for the number of rows; the less sure of both. What is found has to
    be far up in the order that ECOD and an isolation forest share with the distance as well.
    """
    copula = copula_of(table)
    tail = tail_of(copula.squares, upper=True)
    # A heavy tail is straight by one scale and not by the other: a gap has to be one by both.
    plain = tail_of(np.sqrt(copula.squares), upper=True)
    chance = min(1.0, len(table) * chi_squared_tail(tail.edge, table.shape[1]))
    p_value = max(tail.p_value, plain.p_value, chance)
    if p_value > _SUSPICION or tail.distance < _DISTANCE_MIN:
        return Odd(np.empty(0, dtype=np.int64), p_value, copula)
    rows = np.flatnonzero(copula.squares >= tail.edge)
    rows = rows[oddness(table, copula)[rows] >= AGREED_RANK_MIN]
    return Odd(rows[np.argsort(-copula.squares[rows], kind="stable")], p_value, copula)


def oddness(table: Floats, copula: Copula) -> Floats:
    """Return each row's place in the mean order of ECOD, the forest and the distance, 1 is odd.

    ECOD and the forest see the columns' own tails, the distance how columns go together.
    """
    whole = np.where(np.isnan(table), np.nanmedian(table, axis=0), table)
    mean = ranks(ecod(whole)) + ranks(isolation(whole)) + ranks(copula.squares)
    return ranks(mean) / len(mean)
