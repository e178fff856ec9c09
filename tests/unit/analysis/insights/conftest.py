"""A reader over one Arrow table, and an analysis of it in one call."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.engine import analyze, look_at
from morello.analysis.insights.table.subject import Subject
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.kernel.cancellation import Cancellation

Examine = Callable[..., Analysis]
LookAt = Callable[..., Subject]
Ask = Callable[[dict[str, Any] | pa.Table, str], list[dict[str, Any]]]

DATASET = 'the "orders"; DROP TABLE x'


class TableReader:
    """Reads one Arrow table."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.queries: list[str] = []

    def batches(
        self,
        pinned: PinnedVersion,
        *,
        columns: Sequence[str] | None = None,
        batch_rows: int = 1 << 16,
    ) -> Iterator[pa.RecordBatch]:
        yield from self.table.to_batches(batch_rows)

    def sql(self, query: str, pinned: Mapping[str, PinnedVersion]) -> pa.Table:
        self.queries.append(query)
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            for name in pinned:
                connection.register(name, self.table)
            return connection.execute(query).to_arrow_table()


def as_table(columns: dict[str, Any] | pa.Table) -> pa.Table:
    return columns if isinstance(columns, pa.Table) else pa.table(columns)


def pinned_of(table: pa.Table) -> PinnedVersion:
    return PinnedVersion(
        organization_id=uuid.UUID(int=1),
        dataset_id=uuid.UUID(int=2),
        dataset=DATASET,
        version="0" * 64,
        rows=table.num_rows,
        columns=(),
        files=(),
        folder=Path("/"),
        key=b"",
        lineage=Lineage(how="import", rows_read=table.num_rows, rows_rejected=3),
    )


@pytest.fixture
def examine() -> Examine:
    """Analyse a table given by its columns."""

    def run(
        columns: dict[str, Any] | pa.Table,
        report: Callable[[Any], None] = lambda _: None,
        cancellation: Cancellation | None = None,
    ) -> Analysis:
        table = as_table(columns)
        return analyze(
            TableReader(table),
            pinned_of(table),
            report=report,
            cancellation=cancellation or Cancellation(),
        )

    return run


@pytest.fixture
def look() -> LookAt:
    """Read a table as the finders see it."""

    def run(columns: dict[str, Any] | pa.Table) -> Subject:
        table = as_table(columns)
        return look_at(
            TableReader(table),
            pinned_of(table),
            report=lambda _: None,
            cancellation=Cancellation(),
        )

    return run


@pytest.fixture
def ask() -> Ask:
    """Ask a table in SQL, as a reader of a finding would."""

    def run(columns: dict[str, Any] | pa.Table, query: str) -> list[dict[str, Any]]:
        table = as_table(columns)
        answer = TableReader(table).sql(query, {DATASET: pinned_of(table)})
        found: list[dict[str, Any]] = answer.to_pylist()
        return found

    return run


@pytest.fixture
def shop() -> dict[str, Any]:
    """Sales without any signal: a base to plant effects in."""
    generator = np.random.default_rng(11)
    rows = 1_500
    start = np.datetime64("2024-01-01T00:00:00", "s")
    moments = np.sort(generator.integers(0, 400 * 86_400, rows)).astype("timedelta64[s]")
    return {
        "id": np.arange(rows) * 7 % 10_007,
        "at": start + moments,
        "region": np.array(["north", "south", "east", "west"])[generator.integers(0, 4, rows)],
        "channel": np.array(["shop", "web", "phone"])[generator.integers(0, 3, rows)],
        "amount": np.round(generator.lognormal(3, 0.5, rows), 2),
        "weight": generator.normal(100, 15, rows),
    }
