"""A summary that is kept is taken as it is; otherwise the rows are read once."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from morello.analysis.drift.summarizing import summary_of
from morello.analysis.methods.summaries.encoding import to_bytes
from morello.analysis.methods.summaries.table import summarize
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.data.derived import summary as derived
from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import Cancelled

_BATCH = pa.record_batch({"amount": [1.0, 2.0, 3.0]})


class Once:
    """Reads three rows, and counts how often."""

    def __init__(self) -> None:
        self.read = 0

    def batches(
        self,
        pinned: PinnedVersion,
        *,
        columns: Sequence[str] | None = None,
        batch_rows: int = 1 << 16,
    ) -> Iterator[pa.RecordBatch]:
        self.read += 1
        yield _BATCH

    def sql(self, query: str, pinned: Mapping[str, PinnedVersion]) -> pa.Table:
        raise AssertionError(query)


@pytest.fixture
def pinned(tmp_path: Path) -> PinnedVersion:
    file = tmp_path / "rows.parquet"
    file.write_bytes(b"encrypted")
    return PinnedVersion(
        organization_id=uuid.UUID(int=1),
        dataset_id=uuid.UUID(int=2),
        dataset="orders",
        version="a" * 64,
        rows=3,
        columns=(),
        files=(file,),
        file_rows=(3,),
        folder=tmp_path,
        key=bytes(32),
        lineage=Lineage(how="import"),
    )


def _known(pinned: PinnedVersion, reader: Once, cancellation: Cancellation | None = None) -> int:
    shares: list[float] = []
    found = summary_of(
        reader, pinned, cancellation=cancellation or Cancellation(), report=shares.append
    )
    assert found is not None
    assert shares == [1.0] * reader.read
    return found.rows


def test_rows_are_read_where_no_summary_is_kept(pinned: PinnedVersion) -> None:
    reader = Once()
    assert _known(pinned, reader) == 3
    assert reader.read == 1


def test_a_kept_summary_is_taken(pinned: PinnedVersion) -> None:
    derived.keep(pinned.files, pinned.key, to_bytes(summarize(_BATCH)))
    reader = Once()
    assert _known(pinned, reader) == 3
    assert reader.read == 0


@pytest.mark.parametrize("content", [b"damaged", to_bytes(summarize(_BATCH.slice(0, 2)))])
def test_a_summary_of_other_rows_is_not(pinned: PinnedVersion, content: bytes) -> None:
    derived.keep(pinned.files, pinned.key, content)
    reader = Once()
    assert _known(pinned, reader) == 3
    assert reader.read == 1


def test_reading_can_be_stopped(pinned: PinnedVersion) -> None:
    stopped = Cancellation()
    stopped.cancel()
    with pytest.raises(Cancelled):
        _known(pinned, Once(), stopped)
