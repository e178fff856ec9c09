"""The rows that an analysis looks at in memory: all of them, or a random sample."""

import datetime
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from morello.analysis.insights.table.query import MAGNITUDE_MAX

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]

ROWS_MAX = 200_000
"""Rows held in memory; of a larger table a random sample of about as many."""
CELLS_MAX = 20_000_000
"""Rows times columns held in memory; a wide table is sampled earlier."""


class Sampler:
    """Passes record batches on, and keeps some of their rows."""

    def __init__(self, rows: int, columns: int) -> None:
        self._share = min(1.0, ROWS_MAX / max(rows, 1), CELLS_MAX / max(rows * columns, 1))
        self._generator = np.random.default_rng(rows)
        self._kept: list[pa.RecordBatch] = []
        self._rows = 0

    def watch(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield every batch unchanged."""
        for batch in batches:
            self._rows += batch.num_rows
            self._kept.append(self._some_of(batch))
            yield batch

    def _some_of(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if self._share >= 1:
            return batch
        chosen = np.flatnonzero(self._generator.random(batch.num_rows) < self._share)
        return batch.take(pa.array(chosen))

    def sample(self) -> "Sample":
        """Return what was kept, once every batch has passed."""
        table = pa.Table.from_batches(self._kept) if self._kept else pa.table({})
        return Sample(table, self._rows)


class Sample:
    """Rows in memory, a column at a time, as plain arrays that are made once."""

    def __init__(self, table: pa.Table, total: int) -> None:
        self.table = table
        self.total = total
        """Rows of the whole table."""
        self.rows: int = table.num_rows
        self._numbers: dict[str, Floats] = {}
        self._codes: dict[str, tuple[Codes, list[object]]] = {}

    @property
    def is_whole(self) -> bool:
        """Whether every row is here."""
        return self.rows == self.total

    def numbers(self, name: str) -> Floats:
        """Return a number or boolean column as floats; NaN where absent or beyond limits."""
        if name not in self._numbers:
            self._numbers[name] = self.raw_numbers(name)
        return self._numbers[name]

    def raw_numbers(self, name: str) -> Floats:
        """Return the same, whatever was blanked since."""
        column = self.table.column(name)
        if pa.types.is_decimal(column.type) or pa.types.is_boolean(column.type):
            column = pc.cast(column, pa.float64(), safe=False)
        filled = pc.fill_null(pc.cast(column, pa.float64(), safe=False), float("nan"))
        array = np.array(filled.to_numpy(), dtype=np.float64)
        array[~(np.abs(array) < MAGNITUDE_MAX)] = np.nan
        return array

    def keep_within(self, name: str, low: float, high: float) -> None:
        """Blank the numbers outside of bounds for everything that looks later."""
        array = self.numbers(name)
        with np.errstate(invalid="ignore"):
            self._numbers[name] = np.where((array >= low) & (array <= high), array, np.nan)

    def codes(self, name: str) -> tuple[Codes, list[object]]:
        """Return a column's values as codes, the most frequent first, and what they stand for.

        Negative is absent.
        """
        if name not in self._codes:
            column = self.table.column(name).combine_chunks()
            if isinstance(column, pa.ChunkedArray):
                column = pa.concat_arrays(column.chunks) if column.chunks else pa.nulls(0)
            if not pa.types.is_dictionary(column.type):
                column = pc.dictionary_encode(column)
            values = column.dictionary.to_pylist()
            raw = np.array(pc.fill_null(pc.cast(column.indices, pa.int32()), -1), dtype=np.int32)
            counts = np.bincount(raw[raw >= 0], minlength=len(values))
            order = np.argsort(-counts, kind="stable")
            place = np.empty(len(values) + 1, dtype=np.int32)
            place[order] = np.arange(len(values), dtype=np.int32)
            place[-1] = -1
            self._codes[name] = place[raw], [values[each] for each in order]
        return self._codes[name]

    def days(self, name: str) -> Floats:
        """Return dates, moments or years as days since 1970 UTC; NaN where absent."""
        column = self.table.column(name)
        if not pa.types.is_temporal(column.type):
            return _starts_of(self.numbers(name))
        if pa.types.is_date(column.type):
            column = pc.cast(column, pa.timestamp("s"))
        micro = pc.cast(column, pa.timestamp("us"), safe=False)
        whole = pc.fill_null(pc.cast(micro, pa.int64()), np.iinfo(np.int64).min)
        array = np.array(whole.to_numpy(), dtype=np.float64) / 86_400e6
        array[array < _EARLIEST_DAYS] = np.nan
        return array

    def absent(self, name: str) -> NDArray[np.bool_]:
        """Tell where a column has no value."""
        return np.asarray(pc.is_null(self.table.column(name)).to_numpy(), dtype=np.bool_)


_EARLIEST_DAYS = -800_000.0
"""Before the year 0."""


def _starts_of(years: Floats) -> Floats:
    """Return the first days of years."""
    whole = np.where(np.isnan(years), 1970, years).astype(np.int64) - 1970
    days = whole.astype("datetime64[Y]").astype("datetime64[D]").astype(np.float64)
    return np.where(np.isnan(years), np.nan, days)


def date_of(days: float) -> datetime.date:
    """Return the date of a number of days since 1970; held within the years 1 to 9999."""
    ordinal = min(max(int(days // 1) + 719_163, 1), 3_652_059)
    return datetime.date.fromordinal(ordinal)
