"""A column of which only the rows and nulls can be told: null type, structs, unknown types."""

import dataclasses
from typing import Self

import pyarrow as pa

from morello.analysis.methods.profile import ColumnKind, ColumnProfile
from morello.analysis.methods.summaries.columns.column import Tally


@dataclasses.dataclass(slots=True)
class EmptyColumn:
    """Counts only; `kind` is `empty` or `nested`."""

    kind: ColumnKind = "empty"
    tally: Tally = dataclasses.field(default_factory=Tally)

    def update(self, array: pa.Array) -> None:
        """Add an array."""
        self.tally.update(array)

    def merge(self, other: Self) -> None:
        """Add the other's rows to these."""
        self.tally.merge(other.tally)

    def profile(self, name: str, type_: str) -> ColumnProfile:
        """Return what is known."""
        return ColumnProfile(
            name=name, type=type_, kind=self.kind, rows=self.tally.rows, nulls=self.tally.nulls
        )
