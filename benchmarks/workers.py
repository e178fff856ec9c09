"""What a worker process costs: a call beside the bare function, a kill, a new process, a query.

Ratios are within one run. Prints and writes `results/workers.json`.

    python benchmarks/workers.py
"""

import asyncio
import contextlib
import json
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

from morello.data.catalog.version import Lineage, PinnedVersion
from morello.data.engine.answer import open_plan
from morello.data.engine.connection import open_connection, text, write_options
from morello.data.engine.duckdb_reader import DuckReader
from morello.data.engine.prepare import prepare
from morello.data.engine.query import parse
from morello.data.engine.worker_engine import PRELOAD, WorkerEngine
from morello.jobs.pool import Pool
from morello.kernel.errors import TimedOut
from morello.kernel.ids import LOCAL_ORGANIZATION
from morello.kernel.values import Column

CALLS = 300
KILLS = 5
LIMIT_S = 0.05
MODULE = """
import time
def echo(payload, report): return payload
def sleep(payload, report): time.sleep(payload)
"""
SQL = "SELECT branch, count(*) AS n, sum(total) AS total FROM orders GROUP BY branch ORDER BY n"


async def median_ms(call: Callable[[], Awaitable[object]], calls: int = CALLS) -> float:
    """Median time of a call, in milliseconds."""
    times = []
    for _ in range(calls):
        started = time.perf_counter()
        await call()
        times.append((time.perf_counter() - started) * 1e3)
    return round(statistics.median(times), 3)


def orders(folder: Path) -> PinnedVersion:
    """Write 100,000 encrypted rows."""
    key, path = os.urandom(32), folder / "orders.parquet"
    rows = "SELECT i AS id, 'b' || i % 9 AS branch, i * 1.5 AS total FROM range(100000) t(i)"
    with open_connection(folder=folder, keys={"k": key}) as connection:
        connection.execute(f"COPY ({rows}) TO {text(str(path))} {write_options('k')}")
    return PinnedVersion(
        organization_id=LOCAL_ORGANIZATION,
        dataset_id=uuid.UUID(int=1),
        dataset="orders",
        version="0" * 64,
        rows=100_000,
        columns=tuple(Column(name=name, type="") for name in ("id", "branch", "total")),
        files=(path,),
        folder=folder,
        key=key,
        lineage=Lineage(how="import"),
    )


async def main() -> None:
    """Measure, print and keep."""
    pool = Pool(size=1, memory_max_bytes=1 << 30, preload=PRELOAD)
    figures: dict[str, float] = {}

    async def echo() -> None:
        await pool.run("benchmarks_echo:echo", bytes(1 << 20), timeout_s=10)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "benchmarks_echo.py").write_text(MODULE)
        os.environ["PYTHONPATH"] = name
        started = time.perf_counter()
        await echo()
        figures["first_call_ms"] = round((time.perf_counter() - started) * 1e3, 3)
        figures["call_1_mb_both_ways_ms"] = await median_ms(echo)
        version = orders(folder)
        tree, plan = parse(SQL), prepare(parse(SQL), {"orders": version})
        worker, here = WorkerEngine(pool), DuckReader()

        async def in_worker() -> None:
            await worker.query(tree, {"orders": version})

        async def in_process() -> None:
            await here.query(tree, {"orders": version})

        async def opening() -> None:
            open_plan(plan, threads=2, memory_max_bytes=1 << 28).close()

        async def preparing() -> None:
            prepare(parse(SQL), {"orders": version})

        await in_worker()
        figures["query_parse_and_prepare_ms"] = await median_ms(preparing)
        figures["connection_open_ms"] = await median_ms(opening, 50)
        figures["query_in_worker_ms"] = await median_ms(in_worker, 50)
        figures["query_in_process_ms"] = await median_ms(in_process, 50)
        figures["call_small_ms"] = await median_ms(lambda: small(pool))
        figures |= await kills(pool)
    await pool.close()
    print(json.dumps(figures, indent=2))
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    (results / "workers.json").write_text(json.dumps(figures, indent=2) + "\n")


async def small(pool: Pool) -> bytes:
    """Call with next to nothing."""
    return await pool.run("benchmarks_echo:echo", b"x", timeout_s=10)


async def kills(pool: Pool) -> dict[str, float]:
    """Time from the limit until the caller knows, and until the next call is answered."""
    killed, next_call = [], []
    for _ in range(KILLS):
        await asyncio.sleep(0.5)  # long enough for the spare to be ready
        started = time.perf_counter()
        with contextlib.suppress(TimedOut):
            await pool.run("benchmarks_echo:sleep", 60, timeout_s=LIMIT_S)
        killed.append((time.perf_counter() - started - LIMIT_S) * 1e3)
        started = time.perf_counter()
        await small(pool)
        next_call.append((time.perf_counter() - started) * 1e3)
    return {
        "killed_after_limit_ms": round(statistics.median(killed), 3),
        "next_call_after_kill_ms": round(statistics.median(next_call), 3),
    }


if __name__ == "__main__":
    asyncio.run(main())
