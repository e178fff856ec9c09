"""A column of lists or maps: how many elements each has."""

import dataclasses
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.summaries.columns.column import Tally
from morello.analysis.methods.summaries.sketches import arrays
from morello.analysis.methods.summaries.sketches.lengths import Lengths


@dataclasses.dataclass(slots=True)
class NestedColumn:
    """Rows, nulls and lengths."""

    tally: Tally = dataclasses.field(default_factory=Tally)
    lengths: Lengths = dataclasses.field(default_factory=Lengths)

    def update(self, array: pa.Array) -> None:
        """Add an array of lists or maps."""
        self.tally.update(array)
        self.lengths.update(_lengths(array))

    def merge(self, other: Self) -> None:
        """Add the other's rows to these."""
        self.tally.merge(other.tally)
        self.lengths.merge(other.lengths)

    def profile(self, name: str, type_: str) -> ColumnProfile:
        """Return what is known."""
        known = self.lengths.count > 0
        return ColumnProfile(
            name=name,
            type=type_,
            kind="nested",
            rows=self.tally.rows,
            nulls=self.tally.nulls,
            length_minimum=self.lengths.least if known else None,
            length_mean=self.lengths.mean,
            length_maximum=self.lengths.greatest if known else None,
        )


def _lengths(array: pa.Array) -> npt.NDArray[np.int64]:
    if pa.types.is_map(array.type):
        lengths, valid = np.diff(arrays.numbers(array.offsets)), arrays.validity(array)
        return (lengths if valid is None else lengths[valid]).astype(np.int64)
    return arrays.numbers(pc.list_value_length(array).drop_null()).astype(np.int64)
