"""A column of dates, timestamps or times of day."""

import dataclasses
from typing import Any, Literal, Self

import numpy as np
import pyarrow as pa

from morello.analysis.methods.profile import ColumnProfile, TopValue
from morello.analysis.methods.summaries.columns.column import TOP_VALUES_MAX, Tally
from morello.analysis.methods.summaries.columns.distribution import Distribution
from morello.analysis.methods.summaries.columns.number import count_values, present, ranks_of
from morello.analysis.methods.summaries.sketches.values import Values

Unit = Literal["D", "s", "ms", "us", "ns"]
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_DAY_S = 86_400


@dataclasses.dataclass(slots=True)
class TimeColumn:
    """Exact counts and extremes; sketched quantiles and different values."""

    values: Values
    unit: Unit
    is_of_day: bool = False
    is_zoned: bool = False
    tally: Tally = dataclasses.field(default_factory=Tally)
    minimum: int | None = None
    maximum: int | None = None
    distribution: Distribution = dataclasses.field(default_factory=Distribution)

    def update(self, array: pa.Array) -> None:
        """Add an array of the column's type."""
        self.tally.update(array)
        if self.unit == "D":
            array = array.cast(pa.date32())
        whole = pa.int32() if array.type.bit_width == 32 else pa.int64()  # noqa: PLR2004 - a width
        numbers, valid = present(array.cast(whole))
        dense = numbers if valid is None else numbers[valid]
        if len(dense):
            least, greatest = int(dense.min()), int(dense.max())
            self._stretch(least, greatest)
            ends = self._seconds(np.array([least, greatest]))
            self.distribution.update(self._seconds(dense), float(ends[0]), float(ends[1]))
            count_values(self.values, dense, least, greatest)

    def merge(self, other: Self) -> None:
        """Add the other's rows to these."""
        self.tally.merge(other.tally)
        self.values.merge(other.values)
        self.distribution.merge(other.distribution)
        if other.minimum is not None and other.maximum is not None:
            self._stretch(other.minimum, other.maximum)

    def profile(self, name: str, type_: str) -> ColumnProfile:
        """Return what is known; numbers are seconds."""
        ranks = ranks_of(self.values, self.distribution, self._seconds)
        moments = self.distribution.moments
        return ColumnProfile(
            name=name,
            type=type_,
            kind="time",
            rows=self.tally.rows,
            nulls=self.tally.nulls,
            distinct=min(self.values.count, moments.count),
            distinct_error=self.values.error,
            minimum=None if self.minimum is None else self._text(self.minimum),
            maximum=None if self.maximum is None else self._text(self.maximum),
            mean=moments.mean if moments.count else None,
            deviation=moments.deviation,
            quantiles=ranks.quantiles(),
            quantile_rank_error=ranks.error,
            top=[
                TopValue(value=self._text(int(value)), count=count)
                for value, count in self.values.frequent.top(TOP_VALUES_MAX)
            ],
            top_error=self.values.frequent.error,
            histogram=ranks.histogram(whole=False),
        )

    def _seconds(self, whole: Any) -> Any:
        if self.unit == "D":
            return whole * float(_DAY_S)
        return whole / PER_SECOND[self.unit]

    def _text(self, value: int) -> str:
        text = str(np.datetime64(value, self.unit))
        if self.is_of_day:
            return text.partition("T")[2]
        return f"{text}Z" if self.is_zoned else text

    def _stretch(self, minimum: int, maximum: int) -> None:
        self.minimum = minimum if self.minimum is None else min(self.minimum, minimum)
        self.maximum = maximum if self.maximum is None else max(self.maximum, maximum)
