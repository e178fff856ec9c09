"""A kind of column: what its text looks like, and how it becomes values without loss."""

import dataclasses
import re
from collections.abc import Callable

import pyarrow as pa

from morello.data.ingest.columns.text import tidy

Convert = Callable[[pa.StringArray], pa.Array | None]
"""Return the values, or None when a single one of them does not fit."""


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """One thing that a column may be. A column is of a kind only if all its values are."""

    name: str
    type: pa.DataType
    looks: re.Pattern[str]
    """A cheap question about the first value, before every value is looked at."""
    convert: Convert
    rival: str = ""
    """The kind that reads the same text differently: when both fit, neither is taken."""
    said: bool = False
    """Whether the conversion is told to the reader, because the text changes its look."""

    def fits(self, text: pa.StringArray, first: str) -> bool:
        """Tell whether every value is of this kind; `first` is one of them."""
        return self.looks.fullmatch(first.strip()) is not None and self.values(text) is not None

    def values(self, text: pa.StringArray) -> pa.Array | None:
        """Return the values; None when one does not fit."""
        if text.null_count == len(text):
            return pa.nulls(len(text), self.type)
        found = self.convert(text)
        return found if found is not None else self.convert(tidy(text))
