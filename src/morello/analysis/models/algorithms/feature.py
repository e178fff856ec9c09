"""A feature: one column, or one part of a date, as numbers that a model takes.

Whatever is learned of a column (its values, say) is learned from the rows that fit a model.
"""

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

Part = Literal["number", "category", "month", "day", "weekday", "hour"]

VALUES_MAX = 200
"""Values of a category that are told apart, the most frequent; the others are one."""
MAGNITUDE_MAX = 1e30
"""Numbers beyond it, infinities among them, count as absent."""
_LEVELS = {"month": 13, "weekday": 7, "hour": 24}

Values = NDArray[np.float32]


class Feature(BaseModel):
    """How a column is read. Absent is NaN; a value that is not in `values` is `len(values)`."""

    model_config = ConfigDict(frozen=True)

    column: str
    part: Part
    values: tuple[str, ...] = ()

    @property
    def levels(self) -> int:
        """How many different numbers it has; 0 for one that is measured."""
        return len(self.values) + 1 if self.part == "category" else _LEVELS.get(self.part, 0)

    def reads(self, kind: pa.DataType) -> bool:
        """Tell whether it can read a column of this type."""
        if self.part == "number":
            return is_number(kind)
        if self.part == "category":
            return is_category(kind) or is_number(kind)
        return is_moment(kind)

    def of(self, column: pa.Array | pa.ChunkedArray) -> Values:
        """Return the column as numbers."""
        if self.part == "number":
            return _numbers(column)
        if self.part == "category":
            return self._codes(column)
        moments = pc.cast(column, pa.timestamp("us"), safe=False)
        made = {
            "month": pc.month,
            "day": pc.day,
            "hour": pc.hour,
            "weekday": pc.day_of_week,
        }[self.part](moments)
        return _filled(made)

    def _codes(self, column: pa.Array | pa.ChunkedArray) -> Values:
        texts = pc.cast(column, pa.string())
        places = pc.index_in(texts, value_set=pa.array(self.values, pa.string()))
        known = pc.fill_null(places, len(self.values))
        return _filled(pc.if_else(pc.is_valid(texts), known, pa.scalar(None, pa.int32())))


def matrix_of(features: tuple[Feature, ...], table: pa.Table | pa.RecordBatch) -> Values:
    """Return rows by features."""
    made = np.empty((table.num_rows, len(features)), dtype=np.float32)
    for place, feature in enumerate(features):
        made[:, place] = feature.of(table.column(feature.column))
    return made


def parts_of(kind: pa.DataType) -> tuple[Part, ...]:
    """Return the parts of a date or moment that repeat; the year does not, so nothing is in it."""
    return (
        ("month", "day", "weekday")
        if pa.types.is_date(kind)
        else ("month", "day", "weekday", "hour")
    )


def values_of(column: pa.Array | pa.ChunkedArray) -> tuple[str, ...]:
    """Return a category's most frequent values; of equally frequent ones the first by name."""
    counts = pc.value_counts(pc.drop_null(pc.cast(column, pa.string()))).to_pylist()
    counts.sort(key=lambda each: (-each["counts"], each["values"]))
    return tuple(each["values"] for each in counts[:VALUES_MAX])


def is_number(kind: pa.DataType) -> bool:
    """Tell whether a column is read as a number."""
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_time(kind)
    )


def is_category(kind: pa.DataType) -> bool:
    """Tell whether a column holds texts."""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind)
    )


def is_moment(kind: pa.DataType) -> bool:
    """Tell whether a column holds dates or moments."""
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _numbers(column: pa.Array | pa.ChunkedArray) -> Values:
    if pa.types.is_time(column.type):
        column = pc.cast(column, pa.int64() if column.type.bit_width > 32 else pa.int32())  # noqa: PLR2004 - bits
    numbers = _filled(pc.cast(column, pa.float64(), safe=False))
    numbers[~(np.abs(numbers) < MAGNITUDE_MAX)] = np.nan
    return numbers


def _filled(column: pa.Array | pa.ChunkedArray) -> Values:
    filled = pc.fill_null(pc.cast(column, pa.float64(), safe=False), float("nan"))
    with np.errstate(over="ignore"):
        return np.array(filled.to_numpy(), dtype=np.float32)
