"""Training on a table given by its columns, in one call."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from morello.analysis.models.training import Trained, train
from morello.analysis.models.wish import Wish
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.kernel.context import Progress

Train = Callable[..., Trained]


class TableReader:
    """Reads one Arrow table."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def batches(
        self,
        pinned: PinnedVersion,
        *,
        columns: Sequence[str] | None = None,
        batch_rows: int = 1 << 16,
    ) -> Iterator[pa.RecordBatch]:
        yield from self.table.to_batches(batch_rows)

    def sql(self, query: str, pinned: Mapping[str, PinnedVersion]) -> pa.Table:
        raise AssertionError("training asks nothing")


def pinned_of(table: pa.Table) -> PinnedVersion:
    return PinnedVersion(
        organization_id=uuid.UUID(int=1),
        dataset_id=uuid.UUID(int=2),
        dataset="table",
        version="0" * 64,
        rows=table.num_rows,
        columns=(),
        files=(),
        folder=Path("/"),
        key=b"",
        lineage=Lineage(how="import"),
    )


@pytest.fixture
def fit() -> Train:
    """Train on a table."""

    def run(columns: dict[str, Any] | pa.Table, target: str, **wish: Any) -> Trained:
        table = columns if isinstance(columns, pa.Table) else pa.table(columns)
        told: list[Progress] = []
        made = train(
            TableReader(table),
            pinned_of(table),
            Wish(target=target, device="cpu", **wish),
            report=told.append,
        )
        assert told
        return made

    return run
