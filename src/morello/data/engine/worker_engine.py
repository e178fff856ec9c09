"""The engine that answers in a worker process, which can be killed."""

import os
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

_THREADS_MAX = 8
_FUNCTION = "morello.data.engine.answer:answer"


class WorkerEngine:
    """Answers queries in a pool's processes; `threads` is how many one query may use.

    DuckDB is held to half of what a process may map, so that it mostly gives up by itself.
    """

    def __init__(self, pool: Pool, *, timeout_s: float = 30.0, threads: int | None = None) -> None:
        self._pool = pool
        self._timeout_s = timeout_s
        self._threads = threads or min(os.cpu_count() or 1, _THREADS_MAX)
        self._memory_max_bytes = pool.memory_max_bytes // 2

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
            owner=",".join(sorted({version.organization_id.hex for version in pinned.values()})),
        )
        table = pa.ipc.open_stream(stream).read_all()
        truncated = table.num_rows > rows_max
        return Answer(table=table.slice(0, rows_max), truncated=truncated, sql=plan.sql)
