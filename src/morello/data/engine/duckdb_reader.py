"""The engine in this process: reads versions in batches, and answers queries where it may block."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

import duckdb
import pyarrow as pa
from sqlglot import exp

from morello.data.catalog.version import PinnedVersion
from morello.data.engine.answer import fetch, open_plan, stream, translating
from morello.data.engine.connection import DEFAULT_MEMORY_MAX_BYTES, DEFAULT_THREADS
from morello.data.engine.engine import Answer
from morello.data.engine.plan import Plan
from morello.data.engine.prepare import prepare
from morello.data.engine.query import parse_trusted
from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import Cancelled, TimedOut
from morello.kernel.limits import RESULT_ROWS_MAX

DEFAULT_TIMEOUT_S = 30.0
_BATCH_CELLS_MAX = 500 << 16
_IT = "it"
"""What a version is called while its rows are read."""


class DuckReader:
    """Reads pinned versions through the same rules and the same locked connection as a worker.

    It cannot be killed: what ignores DuckDB's interrupt runs on. So what people write goes to a
    worker (`WorkerEngine`), and this serves code of ours that runs in one already.
    """

    def __init__(
        self,
        *,
        threads: int = DEFAULT_THREADS,
        memory_max_bytes: int = DEFAULT_MEMORY_MAX_BYTES,
    ) -> None:
        self._threads = threads
        self._memory_max_bytes = memory_max_bytes

    def batches(
        self,
        pinned: PinnedVersion,
        *,
        columns: Sequence[str] | None = None,
        batch_rows: int = 1 << 16,
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, rules applied, at most `batch_rows` at a time. Blocks.

        Raises BadQuery for a column that is not there or hidden.
        """
        wanted: list[exp.Expr] = [exp.column(name, quoted=True) for name in columns or ()]
        tree = exp.select(*(wanted or [exp.Star()])).from_(_IT)
        # DuckDB reserves a whole batch of every column before it has read a row.
        batch_rows = min(batch_rows, max(1, _BATCH_CELLS_MAX // max(1, len(pinned.columns))))
        plan = prepare(tree, {_IT: pinned}, trusted=True)
        with self._opened(plan) as connection:
            for batch in stream(connection, plan, batch_rows=batch_rows):
                for start in range(0, batch.num_rows, batch_rows):
                    yield batch.slice(start, batch_rows)

    def sql(self, query: str, pinned: Mapping[str, PinnedVersion]) -> pa.Table:
        """Run our own, trusted query over pinned versions, rules applied. Blocks."""
        plan = prepare(parse_trusted(query), pinned, trusted=True)
        with self._opened(plan) as connection:
            return stream(connection, plan, batch_rows=1 << 16).read_all()

    async def query(
        self,
        tree: exp.Query,
        pinned: Mapping[str, PinnedVersion],
        *,
        rows_max: int = RESULT_ROWS_MAX,
        timeout_s: float | None = None,
        cancellation: Cancellation | None = None,
    ) -> Answer:
        """Run one query as an engine does, in a thread. Raises what `Engine.query` raises."""
        plan = prepare(tree, pinned, rows_max=rows_max)
        cancellation = cancellation or Cancellation()
        cancellation.check()
        limit_s = DEFAULT_TIMEOUT_S if timeout_s is None else timeout_s
        table = await asyncio.to_thread(self._fetch, plan, rows_max, limit_s, cancellation)
        truncated = table.num_rows > rows_max
        return Answer(table=table.slice(0, rows_max), truncated=truncated, sql=plan.sql)

    @contextlib.contextmanager
    def _opened(self, plan: Plan) -> Iterator[duckdb.DuckDBPyConnection]:
        with (
            translating(plan, self._memory_max_bytes),
            open_plan(
                plan, threads=self._threads, memory_max_bytes=self._memory_max_bytes
            ) as connection,
        ):
            yield connection

    def _fetch(
        self, plan: Plan, rows_max: int, timeout_s: float, cancellation: Cancellation
    ) -> pa.Table:
        try:
            with self._opened(plan) as connection:
                stop = connection.interrupt
                with _after(timeout_s, stop), cancellation.listening(stop):
                    return fetch(connection, plan, rows_max=rows_max)
        except Cancelled:
            cancellation.check()
            raise TimedOut("worker", timeout_s=timeout_s) from None


@contextlib.contextmanager
def _after(delay_s: float, stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` once the block has lasted that long."""
    timer = threading.Timer(delay_s, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
