"""Engines, and encrypted datasets for them to read, made with DuckDB itself."""

import asyncio
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from morello.data.catalog.version import Lineage, PinnedVersion
from morello.data.engine.connection import open_connection, text, write_options
from morello.data.engine.duckdb_reader import DuckReader
from morello.data.engine.engine import Engine
from morello.data.engine.worker_engine import PRELOAD, WorkerEngine
from morello.data.policy.rules import Rules
from morello.jobs.pool import Pool
from morello.kernel.ids import LOCAL_ORGANIZATION
from morello.kernel.values import Column

KEY = bytes(range(32))
READER_BYTES_MAX = 256 << 20
WORKER_BYTES_MAX = 512 << 20
PEOPLE = """
    SELECT i AS id, 'name ' || i AS name, CASE WHEN i % 2 = 0 THEN 'kr' ELSE 'us' END AS region,
        CASE WHEN i % 2 = 0 THEN i::varchar ELSE 'canary' || i END AS salary,
        i * 1.5 AS score, DATE '2026-01-01' + (i % 30)::integer AS joined, [i, i + 1] AS tags
    FROM range(1000) t(i)
"""


def write(folder: Path, name: str, query: str, key: bytes = KEY) -> tuple[Path, tuple[Column, ...]]:
    """Write a query's rows as one encrypted file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    with open_connection(folder=folder, keys={"k": key}) as connection:
        connection.execute(f"COPY ({query}) TO {text(str(path))} {write_options('k')}")
        described = connection.execute(f"DESCRIBE {query}").fetchall()
    return path, tuple(Column(name=row[0], type=row[1].lower()) for row in described)


def pinned(
    folder: Path, name: str, files: list[tuple[Path, tuple[Column, ...]]], key: bytes = KEY
) -> PinnedVersion:
    """Pin files as one version."""
    return PinnedVersion(
        organization_id=LOCAL_ORGANIZATION,
        dataset_id=uuid.UUID(int=1),
        dataset=name,
        version="0" * 64,
        rows=0,
        columns=files[0][1],
        files=tuple(path for path, _ in files),
        folder=folder,
        key=key,
        lineage=Lineage(how="import"),
    )


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lake")


Make = Callable[..., PinnedVersion]


@pytest.fixture(scope="session")
def make(lake: Path) -> Make:
    """Make a dataset of queries, one file each, in a folder of the lake."""

    def dataset(name: str, *queries: str, folder: str = "ours", key: bytes = KEY) -> PinnedVersion:
        files = [
            write(lake / folder, f"{name}-{number}", query, key)
            for number, query in enumerate(queries)
        ]
        return pinned(lake / folder, name, files, key)

    return dataset


@pytest.fixture(scope="session")
def people(make: Make) -> PinnedVersion:
    return make("people", PEOPLE)


@pytest.fixture(scope="session")
def items(make: Make) -> PinnedVersion:
    return make("items", "SELECT i AS id, i * 10 AS price FROM range(100) t(i)", key=bytes(32))


@pytest.fixture(scope="session")
def theirs(make: Make) -> PinnedVersion:
    """Another organization's dataset, under the same key to make it harder."""
    return make("theirs", "SELECT 'canary' AS secret", folder="theirs")


@pytest.fixture
def ruled(people: PinnedVersion) -> Callable[[Rules], PinnedVersion]:
    return lambda rules: people.model_copy(update={"rules": rules})


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    pool = Pool(size=1, memory_max_bytes=WORKER_BYTES_MAX, preload=PRELOAD)
    yield pool
    asyncio.run(pool.close())


@pytest.fixture(params=["in_process", "worker"])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "in_process":
        return DuckReader(memory_max_bytes=READER_BYTES_MAX)
    return WorkerEngine(request.getfixturevalue("pool"))
