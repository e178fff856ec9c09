"""What profiling a version costs where it is done for users: encrypted files, worker processes.

Rows of the made-up table are written as a version's files, and profiled: all of them, again from
what is kept, with 1 % appended, and afresh. CPU is that of the workers, memory theirs together
(proportional shares, sampled). Prints, and with `--keep` writes `results/profile_versions.json`.

    python benchmarks/profiles/profile_versions.py [--rows 200000000 --files 10 --keep]
"""

import argparse
import asyncio
import json
import os
import tempfile
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from profile_table import write_table  # type: ignore[import-not-found]  # beside this script

from morello.analysis.profiling.profiler import PoolProfiler
from morello.data.catalog import parquet
from morello.data.catalog.lake import Lake
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.jobs.pool import Pool
from morello.kernel.cancellation import Cancellation
from morello.kernel.clock import SystemClock
from morello.kernel.ids import LOCAL_ORGANIZATION
from morello.kernel.settings import Settings
from morello.kernel.values import Column

RESULTS = Path(__file__).parents[1] / "results" / "profile_versions.json"
KEY = bytes(range(32))
_SAMPLE_S = 0.05
_APPENDED_SHARE = 0.01
_MODULES = ("morello.data.engine.answer", "morello.analysis.profiling.job")


class Watching:
    """CPU seconds and the greatest memory of this process's children while the block lasts."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self.peak_bytes = 0

    def __enter__(self) -> Self:
        self._clock = SystemClock()
        self._started, self._cpu = self._clock.monotonic(), _cpu_s()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.wall_s = self._clock.monotonic() - self._started
        self.cpu_s = _cpu_s() - self._cpu

    def _look(self) -> None:
        while not self._over.wait(_SAMPLE_S):
            sizes = [_memory(each) for each in psutil.Process().children()]
            self.peak_bytes = max(self.peak_bytes, sum(sizes))

    def figures(self) -> dict[str, float]:
        """Return what was seen."""
        return {
            "cpu_s": round(self.cpu_s, 2),
            "wall_s": round(self.wall_s, 2),
            "peak_mb": round(self.peak_bytes / (1 << 20)),
        }


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


def _cpu_s() -> float:
    own = psutil.Process()
    times = [each.cpu_times() for each in (own, *own.children())]
    return float(sum(each.user + each.system for each in times))


def version_of(
    folder: Path, files: list[Path], rows: list[int], schema: pa.Schema
) -> PinnedVersion:
    """Return a version of files that lie in the folder."""
    return PinnedVersion(
        organization_id=LOCAL_ORGANIZATION,
        dataset_id=uuid.UUID(int=1),
        dataset="it",
        version=f"{len(files):064x}",
        rows=sum(rows),
        columns=tuple(Column(name=each.name, type=str(each.type)) for each in schema),
        files=tuple(files),
        file_rows=tuple(rows),
        folder=folder,
        key=KEY,
        lineage=Lineage(how="import"),
    )


def write(folder: Path, rows: int, files: int) -> tuple[list[Path], list[int], pa.Schema]:
    """Write so many files of so many rows together, and one of 1 % more."""
    each = rows // files
    plain = Path(tempfile.gettempdir()) / f"morello-profile-{each}.parquet"
    if not plain.exists():
        write_table(plain, each)
    paths: list[Path] = []
    counts: list[int] = []
    schema = pq.read_schema(plain)
    for at in range(files + 1):
        count = each if at < files else int(rows * _APPENDED_SHARE)
        path = folder / f"{at:03d}.parquet"
        if at and count == each:
            os.link(paths[0], path)
        else:
            reader = pa.RecordBatchReader.from_batches(schema, _first(plain, count))
            parquet.write(path, reader, KEY, row_bytes=100)
        paths.append(path)
        counts.append(count)
    return paths, counts, schema


def _first(plain: Path, rows: int) -> Iterator[pa.RecordBatch]:
    for batch in pq.ParquetFile(plain, pre_buffer=False).iter_batches(1 << 16):
        yield batch.slice(0, rows)
        rows -= batch.num_rows
        if rows <= 0:
            return


async def measure(rows: int, files: int, settings: Settings) -> dict[str, Any]:
    """Profile a version, the version that follows it, and that one afresh."""
    with tempfile.TemporaryDirectory() as root:
        lake = Lake(Path(root))
        folder = lake.folder(LOCAL_ORGANIZATION)
        paths, counts, schema = write(folder, rows, files)
        old = version_of(folder, paths[:-1], counts[:-1], schema)
        new = version_of(folder, paths, counts, schema)
        size = settings.workers or os.cpu_count() or 1
        pool = Pool(
            size=size,
            memory_max_bytes=settings.memory_max_bytes,
            preload=_MODULES,
            keeps_spare=False,
        )
        profiler = PoolProfiler(pool, lake, settings)
        found: dict[str, Any] = {}

        async def run(name: str, pinned: PinnedVersion) -> None:
            with Watching() as watching:
                profiled = await profiler.profile(
                    pinned, cancellation=Cancellation(), report=lambda _: None
                )
            assert profiled.page.rows == pinned.rows
            found[name] = watching.figures() | {"chunks": profiled.plan.chunks}

        warm = version_of(folder, paths[-1:], counts[-1:], schema)
        await asyncio.gather(
            *(
                profiler.profile(warm, cancellation=Cancellation(), report=lambda _: None)
                for _ in range(size)
            )
        )
        for each in folder.glob("*.summary"):
            each.unlink()
        await run("whole", old)
        await run("again_from_kept", old)
        await run("appended_1_percent", new)
        await pool.close()
    share = found["appended_1_percent"]["cpu_s"] / found["whole"]["cpu_s"]
    return {
        "what": "Profiling a version in worker processes, and after 1 % was appended.",
        "rows": rows,
        "files": files,
        "columns": len(schema),
        "memory_max_mb_of_a_worker": settings.memory_max_bytes >> 20,
        "workers": size,
        "runs": found,
        "appended_share_of_whole_cpu": round(share, 4),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--memory-mb", type=int, default=2048)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    settings = Settings(memory_max_bytes=given.memory_mb << 20, workers=given.workers)
    results = asyncio.run(measure(given.rows, given.files, settings))
    print(json.dumps(results, indent=2))
    if given.keep:
        known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        known[f"{given.rows}_rows_in_{given.files}_files"] = results
        RESULTS.write_text(json.dumps(known, indent=2) + "\n")


if __name__ == "__main__":
    main()
