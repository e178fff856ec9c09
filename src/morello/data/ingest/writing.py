"""Typed rows on their way into the lake: digested, counted and written in one go."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from morello.data.catalog import parquet
from morello.data.catalog.digest import RowDigest
from morello.data.catalog.version import DataFile
from morello.data.ingest.columns.judge import Verdict
from morello.data.ingest.passes import Passes, Tally
from morello.data.ingest.task import Task
from morello.kernel.errors import Fault

ROWS_FILE = "rows.parquet"


class Writing:
    """One pass that writes. `schema` names the columns of the version, in their order."""

    def __init__(
        self, task: Task, schema: pa.Schema, verdicts: Mapping[str, Verdict], order: list[int]
    ) -> None:
        self._task, self._schema, self._verdicts, self._order = task, schema, verdicts, order
        onto = task.onto
        blocks = onto.blocks if onto else ()
        self.digest = RowDigest(task.digest_key, schema, blocks)
        self.tally = Tally()
        self._error: BaseException | None = None
        if onto:
            tail = parquet.read(list(onto.tail), task.lake_key, schema, skip=onto.tail_skip)
            for batch in tail:
                self.digest.update(batch)

    def write(self, passes: Passes, *, is_final: bool) -> tuple[DataFile, ...]:
        """Write the rows. Raises Surprise, and Fault when a row was lost or invented."""
        batches = self._batches(passes, is_final=is_final)
        first = next((batch for batch in batches if batch.num_rows), None)
        path = self._task.stage / ROWS_FILE
        if first is not None:
            self._to_file(path, self._kept(first, batches), first.nbytes / first.num_rows)
        elif self._task.onto is None:  # a version without rows still says what its columns are
            self._to_file(path, iter(()), 1.0)
        is_written = path.exists()
        if not self.tally.agrees or (
            is_written and parquet.count(path, self._task.lake_key) != self.tally.rows
        ):
            raise Fault("rows", rows=self.tally.rows, records=self.tally.records)
        if not is_written:
            return ()
        return (DataFile(path=ROWS_FILE, rows=self.tally.rows, bytes=path.stat().st_size),)

    def _to_file(self, path: Path, batches: Iterator[pa.RecordBatch], row_bytes: float) -> None:
        reader = pa.RecordBatchReader.from_batches(self._schema, batches)
        try:
            parquet.write(path, reader, self._task.lake_key, row_bytes=row_bytes)
        except (duckdb.Error, pa.ArrowException) as error:
            raise self._error or error from None

    def _batches(self, passes: Passes, *, is_final: bool) -> Iterator[pa.RecordBatch]:
        for part, values in passes.converted(self._verdicts, is_final=is_final):
            self.tally.add(part, self._task.rejected_rows_max)
            columns = [values[place] for place in self._order]
            batch = pa.record_batch(columns, schema=self._schema)
            self.digest.update(batch)
            yield batch

    def _kept(
        self, first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        """Yield the batches, and keep what is raised: DuckDB would only quote it."""
        yield first
        try:
            yield from rest
        except BaseException as error:
            self._error = error
            raise
