"""A column of numbers: integers, floats, decimals (as floats) and durations (as seconds)."""

import dataclasses
import math
from collections.abc import Callable
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from morello.analysis.methods.profile import ColumnProfile, TopValue, Value
from morello.analysis.methods.summaries.columns.column import TOP_VALUES_MAX, Tally
from morello.analysis.methods.summaries.columns.distribution import Distribution
from morello.analysis.methods.summaries.columns.ranks import Ranks
from morello.analysis.methods.summaries.sketches import arrays, hashes
from morello.analysis.methods.summaries.sketches.products import Lane
from morello.analysis.methods.summaries.sketches.values import (
    Values,
    are_mostly_different,
    picked,
    probe,
)

Numbers = npt.NDArray[Any]

_PLACES_SHARE = 4
"""Whole numbers that span a quarter as many as there are rows are counted by their place."""


@dataclasses.dataclass(slots=True)
class NumberColumn:
    """Exact counts, extremes and moments; sketched quantiles and different values."""

    values: Values
    is_whole: bool
    per_second: int = 0
    """Units in a second, for durations."""
    tally: Tally = dataclasses.field(default_factory=Tally)
    not_numbers: int = 0
    infinities: int = 0
    zeros: int = 0
    negatives: int = 0
    minimum: Value | None = None
    maximum: Value | None = None
    distribution: Distribution = dataclasses.field(default_factory=Distribution)

    def update(self, array: pa.Array) -> Lane:
        """Add an array of integers, floats, decimals or durations."""
        self.tally.update(array)
        numbers, valid = present(array)
        if self.per_second:
            numbers = numbers / self.per_second
        if numbers.dtype.kind == "f":
            numbers, valid = self._finite(numbers, valid)
        dense = numbers if valid is None else numbers[valid]
        if len(dense):
            self._add(dense)
        return Lane(numbers.astype(np.float64, copy=False), valid)

    def merge(self, other: Self) -> None:
        """Add the other's rows to these."""
        self.tally.merge(other.tally)
        self.values.merge(other.values)
        self.distribution.merge(other.distribution)
        self.not_numbers += other.not_numbers
        self.infinities += other.infinities
        self.zeros += other.zeros
        self.negatives += other.negatives
        if other.minimum is not None and other.maximum is not None:
            self._stretch(other.minimum, other.maximum)

    def profile(self, name: str, type_: str) -> ColumnProfile:
        """Return what is known."""
        ranks, moments = ranks_of(self.values, self.distribution), self.distribution.moments
        return ColumnProfile(
            name=name,
            type=type_,
            kind="number",
            rows=self.tally.rows,
            nulls=self.tally.nulls,
            not_numbers=self.not_numbers,
            infinities=self.infinities,
            distinct=min(self.values.count, moments.count),
            distinct_error=self.values.error,
            minimum=self.minimum,
            maximum=self.maximum,
            mean=moments.mean if moments.count else None,
            deviation=moments.deviation,
            skewness=moments.skewness,
            kurtosis=moments.kurtosis,
            quantiles=ranks.quantiles(),
            quantile_rank_error=ranks.error,
            zeros=self.zeros,
            negatives=self.negatives,
            top=[
                TopValue(value=value.item(), count=count)
                for value, count in self.values.frequent.top(TOP_VALUES_MAX)
            ],
            top_error=self.values.frequent.error,
            histogram=ranks.histogram(whole=self.is_whole),
            outliers=ranks.outliers(),
        )

    def _finite(
        self, numbers: Numbers, valid: npt.NDArray[np.bool_] | None
    ) -> tuple[Numbers, npt.NDArray[np.bool_] | None]:
        if not len(numbers):
            return numbers, valid
        least, greatest = float(numbers.min()), float(numbers.max())  # NaN if one is
        if least <= 0 <= greatest or not math.isfinite(greatest - least):
            numbers = numbers + 0.0  # -0.0 becomes 0.0: one value, not two
        if math.isfinite(least) and math.isfinite(greatest):
            return numbers, valid
        finite = np.isfinite(numbers)
        infinite = np.isinf(numbers)
        self.infinities += int(np.count_nonzero(infinite))
        self.not_numbers += int(np.count_nonzero(~finite)) - int(np.count_nonzero(infinite))
        numbers = np.where(finite, numbers, 0.0)
        return numbers, finite if valid is None else finite & valid

    def _add(self, dense: Numbers) -> None:
        least, greatest = dense.min().item(), dense.max().item()
        self._stretch(least, greatest)
        if least <= 0 <= greatest:
            self.zeros += len(dense) - int(np.count_nonzero(dense))
        if least < 0:
            self.negatives += int(np.count_nonzero(dense < 0))
        floats = dense.astype(np.float64, copy=False)
        self.distribution.update(floats, float(least), float(greatest))
        count_values(self.values, dense, least, greatest)

    def _stretch(self, minimum: Any, maximum: Any) -> None:
        self.minimum = minimum if self.minimum is None else min(self.minimum, minimum)
        self.maximum = maximum if self.maximum is None else max(self.maximum, maximum)


def present(array: pa.Array) -> tuple[Numbers, npt.NDArray[np.bool_] | None]:
    """Return an array as int64, uint64 or float64 with 0 for nulls, and which are not null."""
    if pa.types.is_decimal(array.type) or pa.types.is_float16(array.type):
        array = array.cast(pa.float64())
    elif pa.types.is_duration(array.type):
        array = array.cast(pa.int64())
    numbers, valid = arrays.numbers(array), arrays.validity(array)
    wide = {"f": np.float64, "u": np.uint64}.get(numbers.dtype.kind, np.int64)
    numbers = numbers.astype(wide, copy=False)
    return (numbers if valid is None else np.where(valid, numbers, wide(0))), valid


def count_values(values: Values, dense: Numbers, least: Any, greatest: Any) -> None:
    """Count the different values of an array without nulls, by place, dictionary or row by row."""
    if dense.dtype.kind == "i" and greatest - least < len(dense) // _PLACES_SHARE:
        counts = np.bincount(dense - least)
        places = np.flatnonzero(counts)
        different = places + least
        values.update(hashes.of_numbers(different), counts[places], picked(different))
        return
    looked_at = np.sort(dense[probe(len(dense))])
    repeats = int(np.count_nonzero(looked_at[1:] == looked_at[:-1]))
    if are_mostly_different(len(looked_at) - repeats, len(looked_at)):
        values.update_rows(hashes.of_numbers(dense), picked(dense))
        return
    different, counts, _ = arrays.counted(dense)
    values.update(hashes.of_numbers(different), counts, picked(different))


def ranks_of(
    values: Values,
    distribution: Distribution,
    to_floats: Callable[[Numbers], Numbers] = lambda counted: counted.astype(np.float64),
) -> Ranks:
    """Return exact ranks when every value was counted, a sketch's otherwise."""
    if not values.are_all_counted:
        return Ranks.of(distribution)
    counted = values.frequent
    return Ranks.counted(to_floats(counted.values), counted.counts, distribution.tails)
