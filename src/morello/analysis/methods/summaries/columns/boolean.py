"""A column of booleans, counted exactly."""

import dataclasses
from typing import Self

import pyarrow as pa

from morello.analysis.methods.profile import ColumnProfile, TopValue
from morello.analysis.methods.summaries.columns.column import Tally


@dataclasses.dataclass(slots=True)
class BooleanColumn:
    """Rows, nulls, and how many are true."""

    tally: Tally = dataclasses.field(default_factory=Tally)
    trues: int = 0

    def update(self, array: pa.Array) -> None:
        """Add a boolean array."""
        self.tally.update(array)
        self.trues += array.true_count

    def merge(self, other: Self) -> None:
        """Add the other's rows to these."""
        self.tally.merge(other.tally)
        self.trues += other.trues

    def profile(self, name: str, type_: str) -> ColumnProfile:
        """Return what is known; `mean` is the share that is true."""
        present = self.tally.present
        top = [
            TopValue(value=True, count=self.trues),
            TopValue(value=False, count=present - self.trues),
        ]
        top = sorted((each for each in top if each.count), key=lambda each: -each.count)
        return ColumnProfile(
            name=name,
            type=type_,
            kind="boolean",
            rows=self.tally.rows,
            nulls=self.tally.nulls,
            distinct=len(top),
            minimum=min((each.value for each in top), default=None),
            maximum=max((each.value for each in top), default=None),
            mean=self.trues / present if present else None,
            trues=self.trues,
            top=top,
        )
