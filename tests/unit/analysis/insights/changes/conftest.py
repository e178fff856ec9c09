"""Asking why something changed in one Arrow table."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from morello.analysis.insights.changes.explaining import explain
from morello.analysis.insights.changes.explanation import Explanation
from morello.analysis.insights.changes.question import Question
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.kernel.cancellation import Cancellation
from morello.kernel.values import Column

Why = Callable[..., Explanation]


class _OneTable:
    """Reads one Arrow table."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def batches(
        self,
        pinned: PinnedVersion,
        *,
        columns: Sequence[str] | None = None,
        batch_rows: int = 1 << 16,
    ) -> Iterator[pa.RecordBatch]:
        raise AssertionError("everything is asked in SQL")

    def sql(self, query: str, pinned: Mapping[str, PinnedVersion]) -> pa.Table:
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            for name in pinned:
                connection.register(name, self._table)
            return connection.execute(query).to_arrow_table()


@pytest.fixture(scope="session")
def why() -> Why:
    """Explain a change in a table given by its columns."""

    def run(columns: dict[str, Any] | pa.Table, **question: Any) -> Explanation:
        table = columns if isinstance(columns, pa.Table) else pa.table(columns)
        pinned = PinnedVersion(
            organization_id=uuid.UUID(int=1),
            dataset_id=uuid.UUID(int=2),
            dataset='the "sales"',
            version="0" * 64,
            rows=table.num_rows,
            columns=tuple(Column(name=each.name, type=str(each.type)) for each in table.schema),
            files=(),
            folder=Path("/"),
            key=b"",
            lineage=Lineage(how="import", rows_read=table.num_rows),
        )
        question.setdefault("aggregate", "sum")
        return explain(_OneTable(table), pinned, Question(**question), Cancellation())

    return run
