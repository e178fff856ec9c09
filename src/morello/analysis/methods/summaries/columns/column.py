"""What every column summary can do, and the counts that every kind has."""

import dataclasses
from typing import Protocol, Self

import pyarrow as pa

from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.summaries.sketches.products import Lane

TOP_VALUES_MAX = 10


@dataclasses.dataclass(slots=True)
class Tally:
    """Rows and nulls."""

    rows: int = 0
    nulls: int = 0

    @property
    def present(self) -> int:
        """Rows that are not null."""
        return self.rows - self.nulls

    def update(self, array: pa.Array) -> None:
        """Count an array."""
        self.rows += len(array)
        self.nulls += array.null_count

    def merge(self, other: Self) -> None:
        """Add the other's counts to these."""
        self.rows += other.rows
        self.nulls += other.nulls


class Column(Protocol):
    """The summary of one column."""

    tally: Tally

    def update(self, array: pa.Array) -> Lane | None:
        """Add an array; return it as floats if it can be correlated."""
        ...

    def merge(self, other: Self) -> None:
        """Add the other's rows to these."""
        ...

    def profile(self, name: str, type_: str) -> ColumnProfile:
        """Return what is known."""
        ...
