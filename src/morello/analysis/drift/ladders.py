"""Columns of a summary as what can be compared: ladders of numbers, counts of categories."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.quality.shift import Ladder
from morello.analysis.methods.summaries.columns.boolean import BooleanColumn
from morello.analysis.methods.summaries.columns.column import Column
from morello.analysis.methods.summaries.columns.number import NumberColumn
from morello.analysis.methods.summaries.columns.text import TextColumn

CATEGORIES_MAX = 500
"""A column of more different values is one of names, not of categories."""

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """Every value there is, with its exact count."""

    by_value: dict[object, int]

    @property
    def rows(self) -> int:
        """How many rows have a value."""
        return sum(self.by_value.values())


def ladder_of(column: Column) -> Ladder | None:
    """Return a number column's values in order; None of other columns, and without values."""
    if not isinstance(column, NumberColumn):
        return None
    if column.values.are_all_counted:
        counted = column.values.frequent
        order = np.argsort(counted.values.astype(np.float64), kind="stable")
        values = counted.values.astype(np.float64)[order]
        upto = np.cumsum(counted.counts[order])
        error = 0.0
    else:
        values, upto = column.distribution.quantiles.weighted()
        error = column.distribution.quantiles.rank_error
    if not len(values) or not upto[-1]:
        return None
    return Ladder(values, upto / upto[-1], int(upto[-1]), error)


def counts_of(column: Column, profile: ColumnProfile) -> Counts | None:
    """Return a column's categories; None where it has none, or not all of them were counted."""
    if isinstance(column, BooleanColumn):
        falses = column.tally.present - column.trues
        return Counts({each: n for each, n in ((True, column.trues), (False, falses)) if n})
    if not isinstance(column, TextColumn | NumberColumn):
        return None
    if not column.values.are_all_counted or profile.distinct > CATEGORIES_MAX:
        return None
    counted = column.values.frequent
    pairs = zip(counted.values.tolist(), counted.counts.tolist(), strict=True)
    return Counts({value: int(count) for value, count in pairs})
