"""The summary of a table: every column, and the products of its numbers. The mechanism itself."""

import copy
import dataclasses
from collections.abc import Callable, Iterable
from typing import Any, Self

import pyarrow as pa

from morello.analysis.methods.profile import Profile
from morello.analysis.methods.summaries.columns.column import Column
from morello.analysis.methods.summaries.columns.kinds import column_of, plain
from morello.analysis.methods.summaries.columns.number import NumberColumn
from morello.analysis.methods.summaries.columns.place import PlacePair, pairs_of
from morello.analysis.methods.summaries.findings import correlations, mark_places, notes
from morello.analysis.methods.summaries.sketches.products import Lane, Products
from morello.analysis.methods.summaries.sketches.rows import Rows
from morello.kernel.errors import InvalidInput

CORRELATED_COLUMNS_MAX = 500
COUNTED_VALUES_MAX = 1024
COUNTED_VALUES_MIN = 64
_COUNTED_VALUES_ALL_COLUMNS = 1 << 19
_SAMPLED_VALUES_MAX = 1 << 22
_SAMPLED_ROWS_MIN, _SAMPLED_ROWS_MAX = 256, 1024

Work = Callable[[Callable[[int], Any], Iterable[int]], Iterable[Any]]
"""Runs a function over positions, like the built-in `map`; a pool's `map` does it on all cores."""


@dataclasses.dataclass(slots=True)
class TableSummary:
    """What is known of the rows seen so far; its size does not grow with them."""

    names: list[str]
    types: list[str]
    columns: list[Column]
    correlated: list[int]
    """Positions of the columns in `products`, in order."""
    products: Products
    places: list[PlacePair] = dataclasses.field(default_factory=list)
    sampled: list[int] = dataclasses.field(default_factory=list)
    """Positions of the columns in `sample`, in order: none unless there are too many to cross."""
    sample: Rows | None = None
    rows: int = 0

    @classmethod
    def empty(cls, schema: pa.Schema) -> Self:
        """Make the summary of no rows."""
        capacity = _COUNTED_VALUES_ALL_COLUMNS // max(1, len(schema))
        capacity = max(COUNTED_VALUES_MIN, min(COUNTED_VALUES_MAX, capacity))
        columns = [column_of(type_, capacity) for type_ in schema.types]
        numbers = [at for at, column in enumerate(columns) if isinstance(column, NumberColumn)]
        correlated = numbers[:CORRELATED_COLUMNS_MAX]
        return cls(
            names=list(schema.names),
            types=[str(type_) for type_ in schema.types],
            columns=columns,
            correlated=correlated,
            products=Products.empty(len(correlated)),
            places=pairs_of(schema.names, numbers),
            sampled=numbers if len(numbers) > len(correlated) else [],
            sample=_sample_of(len(numbers)) if len(numbers) > len(correlated) else None,
        )

    def update(self, batch: pa.RecordBatch, work: Work = map) -> None:
        """Add a batch of the same schema."""
        if not batch.num_rows:
            return

        def add(at: int) -> Lane | None:
            lane = self.columns[at].update(plain(batch.column(at)))
            return lane if at in kept else None

        paired = (at for pair in self.places for at in (pair.latitude, pair.longitude))
        kept = frozenset([*self.correlated, *self.sampled, *paired])
        lanes = list(work(add, range(len(self.columns))))
        self.products.update([lanes[at] for at in self.correlated])
        for pair in self.places:
            pair.update(lanes[pair.latitude], lanes[pair.longitude])
        if self.sample is not None:
            self.sample.update([lanes[at] for at in self.sampled])
        self.rows += batch.num_rows

    def absorb(self, other: Self) -> None:
        """Add the other's rows to these. Raises InvalidInput when the columns differ."""
        if (self.names, self.types) != (other.names, other.types):
            raise InvalidInput("summary_columns")
        for mine, theirs in zip(self.columns, other.columns, strict=True):
            mine.merge(theirs)
        self.products.merge(other.products)
        for pair, their_pair in zip(self.places, other.places, strict=True):
            pair.merge(their_pair)
        if self.sample is not None and other.sample is not None:
            self.sample.merge(other.sample)
        self.rows += other.rows

    def profile(self) -> Profile:
        """Return what is known, with what is approximate in it."""
        columns = [
            column.profile(name, type_)
            for column, name, type_ in zip(self.columns, self.names, self.types, strict=True)
        ]
        for column in columns:
            if column.rows and column.nulls == column.rows:
                column.kind = "empty"
        places = [place for pair in self.places if (place := pair.profile(self.names))]
        mark_places(columns, places)
        named = [self.names[at] for at in self.sampled or self.correlated]
        pairs, pair_count = correlations(named, self.products, self.sample)
        sampled_rows = 0 if self.sample is None else len(self.sample.values)
        return Profile(
            rows=self.rows,
            columns=columns,
            correlations=pairs,
            places=places,
            notes=notes(
                columns,
                correlated=len(self.correlated),
                pairs=pair_count,
                sampled_rows=sampled_rows,
            ),
        )


def _sample_of(columns: int) -> Rows:
    rows = _SAMPLED_VALUES_MAX // columns
    return Rows(max(_SAMPLED_ROWS_MIN, min(_SAMPLED_ROWS_MAX, rows)), columns)


def summarize(batch: pa.RecordBatch) -> TableSummary:
    """Return the summary of one batch."""
    summary = TableSummary.empty(batch.schema)
    summary.update(batch)
    return summary


def merge(first: TableSummary, second: TableSummary) -> TableSummary:
    """Return the summary of the rows of both, which stay as they are.

    Associative and free of order: exactly in counts and extremes, up to rounding in moments and
    correlations, within their stated error in sketches. Raises InvalidInput when columns differ.
    """
    merged = copy.deepcopy(first)
    merged.absorb(second)
    return merged
