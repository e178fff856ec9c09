"""A version is profiled in chunks: the same answer whatever dies, works or is known from before."""

import asyncio
import json
import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from morello.analysis.profiling.page import ProfilePage
from morello.analysis.profiling.profiler import PoolProfiler, Profiled
from morello.data.catalog import parquet
from morello.data.catalog.lake import Lake
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.data.policy.rules import Rules
from morello.jobs.pool import Pool
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Progress
from morello.kernel.errors import Cancelled, Fault
from morello.kernel.ids import LOCAL_ORGANIZATION
from morello.kernel.settings import Settings
from morello.kernel.values import Column

pytestmark = pytest.mark.slow
KEY = bytes(range(32))
CHUNK_ROWS = 3 << 11
"""Three row groups of the smallest size there is."""


class Write(Protocol):
    def __call__(self, *tables: pa.Table, rules: Rules = ...) -> PinnedVersion: ...


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


@pytest.fixture
def write(lake: Lake) -> Write:
    """Write tables as the files of one version."""
    folder = lake.folder(LOCAL_ORGANIZATION)

    def write(*tables: pa.Table, rules: Rules = Rules()) -> PinnedVersion:  # noqa: B008 - frozen
        files = tuple(folder / f"{at}.parquet" for at in range(len(tables)))
        for path, table in zip(files, tables, strict=True):
            if not path.exists():
                parquet.write(path, table.to_reader(), KEY, row_bytes=1 << 15)
        return PinnedVersion(
            organization_id=LOCAL_ORGANIZATION,
            dataset_id=uuid.UUID(int=1),
            dataset="it",
            version="0" * 64,
            rows=sum(table.num_rows for table in tables),
            columns=tuple(Column(name=each.name, type=str(each.type)) for each in tables[0].schema),
            files=files,
            file_rows=tuple(table.num_rows for table in tables),
            folder=folder,
            key=KEY,
            rules=rules,
            lineage=Lineage(how="import"),
        )

    return write


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    modules = ("morello.data.engine.answer", "morello.analysis.profiling.job")
    pool = Pool(size=2, memory_max_bytes=1 << 30, preload=modules, keeps_spare=False)
    yield pool
    asyncio.run(pool.close())


@pytest.fixture
def profiler(pool: Pool, lake: Lake) -> PoolProfiler:
    return PoolProfiler(pool, lake, Settings(workers=2), chunk_rows=CHUNK_ROWS)


def a_table(rows: int, seed: int = 1) -> pa.Table:
    generator = np.random.default_rng(seed)
    return pa.table(
        {
            "number": generator.standard_normal(rows),
            "group": [f"g{at}" for at in generator.integers(0, 5, rows)],
            "code": [f"c{at}" for at in generator.integers(0, 10**6, rows)],
            "whole": generator.integers(0, 10**9, rows),
        }
    )


async def made(profiler: PoolProfiler, pinned: PinnedVersion) -> Profiled:
    return await profiler.profile(pinned, cancellation=Cancellation(), report=lambda _: None)


async def profiled(profiler: PoolProfiler, pinned: PinnedVersion) -> ProfilePage:
    return (await made(profiler, pinned)).page


def forget(pinned: PinnedVersion) -> None:
    for path in pinned.folder.glob("*.summary"):
        path.unlink()


async def test_the_answer_does_not_depend_on_how_many_work(
    pool: Pool, lake: Lake, write: Write
) -> None:
    pinned = write(a_table(5 * CHUNK_ROWS + 7))
    found = []
    for workers in (1, 2):
        settings = Settings(workers=workers)
        forget(pinned)
        each = await made(PoolProfiler(pool, lake, settings, chunk_rows=CHUNK_ROWS), pinned)
        assert (each.plan.chunks, each.plan.workers) == (6, workers)
        assert each.page.rows == pinned.rows
        assert each.page.plan is not None
        assert each.page.plan.chunks == 6
        found.append(each.page)
    assert found[0] == found[1]


async def test_a_killed_worker_costs_one_chunk(
    pool: Pool, profiler: PoolProfiler, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    pinned = write(a_table(8 * CHUNK_ROWS))
    whole = await profiled(profiler, pinned)
    forget(pinned)
    shares: list[float] = []

    def kill(progress: Progress) -> None:
        shares.append(progress.share or 0.0)
        if len(shares) == 2:
            os.kill(min(each.pid for each in pool._living), signal.SIGKILL)

    found = await profiler.profile(pinned, cancellation=Cancellation(), report=kill)
    assert found.page == whole
    assert shares == [at / 8 for at in range(1, 9)]
    tries = [each for each in caplog.records if "try 1" in each.getMessage()]
    assert len(tries) <= 1  # none when it was between two chunks


async def test_an_append_reads_its_own_rows_alone_and_gives_the_same(
    profiler: PoolProfiler, write: Write
) -> None:
    old, more = a_table(3 * CHUNK_ROWS), a_table(900, seed=2)
    await profiled(profiler, write(old))
    pinned = write(old, more)
    appended = await made(profiler, pinned)
    assert (appended.plan.chunks, appended.plan.rows_known) == (1, 3 * CHUNK_ROWS)
    again = await made(profiler, pinned)
    assert again.plan.chunks == 0
    forget(pinned)
    afresh = await made(profiler, pinned)
    assert afresh.plan.chunks == 4
    assert appended.page == again.page == afresh.page


async def test_what_rules_show_is_computed_afresh_and_not_kept(
    profiler: PoolProfiler, write: Write
) -> None:
    table = a_table(2 * CHUNK_ROWS)
    everything = await profiled(profiler, write(table))
    forget(write(table))
    rules = Rules(row_filter="\"group\" = 'g1'", hidden_columns=frozenset({"code"}))
    guarded = write(table, rules=rules)
    page = await profiled(profiler, guarded)
    expected = table.filter(pc.equal(table["group"], "g1"))
    assert page.rows == expected.num_rows
    assert [column.name for column in page.columns] == ["number", "group", "whole"]
    assert list(guarded.folder.glob("*.summary")) == []
    assert await profiled(profiler, write(table)) == everything
    assert (await profiled(profiler, guarded)).rows == expected.num_rows  # with one kept
    nothing = write(table, rules=Rules(row_filter="false", hidden_columns=frozenset({"code"})))
    page = await profiled(profiler, nothing)
    assert (page.rows, [column.kind for column in page.columns]) == (0, ["empty"] * 3)


@pytest.mark.parametrize("content", [b"", b"x" * 100])
async def test_a_damaged_summary_is_made_again(
    profiler: PoolProfiler, write: Write, content: bytes
) -> None:
    pinned = write(a_table(CHUNK_ROWS), a_table(CHUNK_ROWS, seed=2))
    whole = await profiled(profiler, pinned)
    place = pinned.folder / "1.parquet.summary"
    size = place.stat().st_size
    place.write_bytes(content)
    assert await profiled(profiler, pinned) == whole
    assert place.stat().st_size == size


async def test_a_chunk_that_is_lost_is_never_a_wrong_number(
    profiler: PoolProfiler, write: Write
) -> None:
    pinned = write(a_table(CHUNK_ROWS))
    wrong = pinned.model_copy(update={"rows": pinned.rows + 1})
    with pytest.raises(Fault, match="rows"):
        await profiled(profiler, wrong)


async def test_whoever_cancels_leaves_nothing_behind(profiler: PoolProfiler, write: Write) -> None:
    pinned = write(a_table(4 * CHUNK_ROWS))
    cancellation = Cancellation()

    def cancel(_: Progress) -> None:
        cancellation.cancel()

    with pytest.raises(Cancelled):
        await profiler.profile(pinned, cancellation=cancellation, report=cancel)
    assert [path.name for path in pinned.folder.iterdir()] == ["0.parquet"]


async def test_everything_as_a_file(profiler: PoolProfiler, write: Write) -> None:
    pinned = write(a_table(100))
    found = await profiler.profile(
        pinned, cancellation=Cancellation(), report=lambda _: None, is_whole=True
    )
    page = found.page
    assert page.download is not None
    with page.download.open() as stream:
        assert [each["name"] for each in json.load(stream)["columns"]] == [
            column.name for column in pinned.columns
        ]


async def test_versions_without_rows(profiler: PoolProfiler, write: Write) -> None:
    empty = write(a_table(0))
    page = await profiled(profiler, empty)
    assert (page.rows, [column.kind for column in page.columns]) == (0, ["empty"] * 4)
    no_files = empty.model_copy(update={"files": (), "file_rows": ()})
    assert (await profiled(profiler, no_files)).rows == 0


async def test_a_column_named_as_the_engine_names_rows(
    profiler: PoolProfiler, write: Write
) -> None:
    named = write(pa.table({"File_Row_Number": range(2 * CHUNK_ROWS)}))
    page = await profiled(profiler, named)
    assert page.columns[0].maximum == 2 * CHUNK_ROWS - 1
