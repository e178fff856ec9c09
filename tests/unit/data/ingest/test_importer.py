"""The importer in a real worker process: progress, cancel, and nothing left behind."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from morello.data.catalog.lake import Lake
from morello.data.ingest.formats.source import Options
from morello.data.ingest.importer import PoolImporter
from morello.jobs.pool import Pool
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Progress
from morello.kernel.errors import BadFile, Cancelled
from morello.kernel.ids import LOCAL_ORGANIZATION
from morello.kernel.settings import Settings
from morello.kernel.values import Blob
from morello.storage.keys import MasterKeys

ROW = "2026-01-01,some words here,123,4.5\n"


@pytest_asyncio.fixture
async def importer(tmp_path: Path) -> AsyncIterator[PoolImporter]:
    pool = Pool(size=1, memory_max_bytes=2 << 30, keeps_spare=False)
    yield PoolImporter(pool, Lake(tmp_path / "lake"), MasterKeys.random(), Settings(workers=2))
    await pool.close()


def left_behind(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "lake").rglob("*") if path.is_file()]


@pytest.mark.slow
async def test_a_file_is_read_in_a_worker(importer: PoolImporter, tmp_path: Path) -> None:
    reports: list[Progress] = []
    imported = await importer.read(
        Blob.of("a.csv", f"day,words,n,x\n{ROW * 1000}".encode(), "text/csv"),
        organization_id=LOCAL_ORGANIZATION,
        options=Options(),
        cancellation=Cancellation(),
        report=reports.append,
    )
    assert imported.rows_read == 1000
    assert [path.name for path in left_behind(tmp_path)] == [imported.files[0].path]
    assert reports[0].message.id == "import.progress.reading"
    look = await importer.look(
        Blob.of("a.csv", f"day,words,n,x\n{ROW * 1000}".encode(), "text/csv"),
        options=Options(),
        cancellation=Cancellation(),
    )
    assert (look.columns, look.format) == (4, "csv")
    assert look.rows == 1000


@pytest.mark.slow
async def test_a_cancelled_or_failed_import_leaves_nothing(
    importer: PoolImporter, tmp_path: Path
) -> None:
    path = tmp_path / "big.csv"
    path.write_text("day,words,n,x\n" + ROW * 2_000_000)
    cancellation, started = Cancellation(), asyncio.Event()
    reading = asyncio.ensure_future(
        importer.read(
            Blob.from_path(path),
            organization_id=LOCAL_ORGANIZATION,
            options=Options(),
            cancellation=cancellation,
            report=lambda _: started.set(),
        )
    )
    await started.wait()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        await reading
    with pytest.raises(BadFile):
        await importer.read(
            Blob.from_path(tmp_path / "nothing.csv"),
            organization_id=LOCAL_ORGANIZATION,
            options=Options(),
            cancellation=Cancellation(),
            report=lambda _: None,
        )
    assert list((tmp_path / "lake" / str(LOCAL_ORGANIZATION)).iterdir()) == []
