"""A stream of batches becomes a profile, on all cores, with the same result on any number."""

import concurrent.futures
import os
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa

from morello.analysis.methods.profile import Profile
from morello.analysis.methods.summaries.table import TableSummary
from morello.kernel.errors import InvalidInput

BATCH_ROWS = 1 << 17
_CELLS_PER_BATCH = 1 << 22
_BATCH_ROWS_MIN = 256
_WORKERS_MAX = 32
_FREED_BYTES = 31 << 20


class Profiling:
    """Adds batches to one summary: columns side by side, batches in order.

    So every column sees its rows in one order, and the result does not depend on the cores. While
    a batch is added, the caller can read the next.
    """

    def __init__(self, workers: int = 0) -> None:
        workers = min(workers or os.cpu_count() or 1, _WORKERS_MAX)
        self._columns = concurrent.futures.ThreadPoolExecutor(workers, "profile-columns")
        self._batches = concurrent.futures.ThreadPoolExecutor(1, "profile-batches")
        self._summary: TableSummary | None = None
        self._schema: pa.Schema | None = None
        self._running: concurrent.futures.Future[None] | None = None
        _keep_freed_memory()

    def add(self, batch: pa.RecordBatch) -> None:
        """Add a batch; returns when the one before is done.

        Raises InvalidInput when its columns differ from the first's.
        """
        self._wait()
        if self._summary is None:
            self._summary, self._schema = TableSummary.empty(batch.schema), batch.schema
        elif not batch.schema.equals(self._schema):
            raise InvalidInput("summary_columns")
        self._running = self._batches.submit(self._add, self._summary, batch)

    def summary(self) -> TableSummary | None:
        """Return the summary of all batches; None when there was none."""
        self._wait()
        return self._summary

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._columns.shutdown(cancel_futures=True)
        self._batches.shutdown(cancel_futures=True)

    def _wait(self) -> None:
        if self._running is not None:
            running, self._running = self._running, None
            running.result()

    def _add(self, summary: TableSummary, batch: pa.RecordBatch) -> None:
        for start in range(0, batch.num_rows, BATCH_ROWS):
            summary.update(batch.slice(start, BATCH_ROWS), self._work)

    def _work(self, function: Any, positions: Iterable[int]) -> Iterator[Any]:
        return self._columns.map(function, positions)


def _keep_freed_memory() -> None:
    """Free one large block, after which glibc stops giving memory back between batches.

    Otherwise it returns and takes the same pages for every column (mallopt(3), "dynamic mmap
    threshold"), a quarter of the time. Untouched, the block itself costs nothing.
    """
    block = np.empty(_FREED_BYTES, np.uint8)
    del block


def rows_at_once(columns: int) -> int:
    """Return how many rows of so many columns to read at a time, within bounded memory."""
    return max(_BATCH_ROWS_MIN, min(BATCH_ROWS, _CELLS_PER_BATCH // max(1, columns)))


def profile(batches: Iterable[pa.RecordBatch], *, workers: int = 0) -> Profile:
    """Return the profile of batches of one schema; `workers` is threads, 0 is one per core."""
    with Profiling(workers) as profiling:
        for batch in batches:
            profiling.add(batch)
        summary = profiling.summary()
    return Profile(rows=0, columns=[]) if summary is None else summary.profile()
