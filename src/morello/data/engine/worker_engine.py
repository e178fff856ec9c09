"""The engine that answers in a worker process, which can be killed."""

from collections.abc import Mapping

import pyarrow as pa
from sqlglot import exp

from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Answer
from morello.data.engine.prepare import prepare
from morello.jobs.pool import Pool
from morello.kernel.cancellation import Cancellation
from morello.kernel.limits import RESULT_ROWS_MAX

PRELOAD = ("morello.data.engine.answer",)
"""What a pool should have its workers import before their first call."""

_FUNCTION = "morello.data.engine.answer:answer"


class WorkerEngine:
    """Answers queries in a pool's processes. `memory_max_bytes` is DuckDB's own limit in each.

    It should stay well below what the pool allows a process, so that DuckDB gives up by itself.
    """

    def __init__(
        self, pool: Pool, *, timeout_s: float = 30.0, threads: int = 2, memory_max_bytes: int
    ) -> None:
        self._pool = pool
        self._timeout_s = timeout_s
        self._threads = threads
        self._memory_max_bytes = memory_max_bytes

    async def query(
        self,
        tree: exp.Query,
        pinned: Mapping[str, PinnedVersion],
        *,
        rows_max: int = RESULT_ROWS_MAX,
        timeout_s: float | None = None,
        cancellation: Cancellation | None = None,
    ) -> Answer:
        """Run one query; table names are keys of `pinned`.

        Raises BadQuery, NotFound (a dataset), TimedOut, TooLarge (memory or result), Cancelled.
        """
        plan = prepare(tree, pinned, rows_max=rows_max)
        stream = await self._pool.run(
            _FUNCTION,
            (plan, rows_max, self._threads, self._memory_max_bytes),
            timeout_s=self._timeout_s if timeout_s is None else timeout_s,
            cancellation=cancellation,
        )
        table = pa.ipc.open_stream(stream).read_all()
        truncated = table.num_rows > rows_max
        return Answer(table=table.slice(0, rows_max), truncated=truncated, sql=plan.sql)
