"""A workshop over a database with the queue's schema, and worker processes that can be killed."""

import contextlib
import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from morello.jobs.durable.engine import prepare
from morello.kernel.principal import Principal
from morello.storage.postgres.database import Database
from morello.storage.postgres.server import Urls

from .workshop import EFFECTS, Workshop, somebody

Worker = subprocess.Popen[bytes]


@pytest.fixture
def ready_urls(database_urls: Urls) -> Urls:
    prepare(database_urls.owner)
    with psycopg.connect(database_urls.owner, autocommit=True) as owner:
        owner.execute(EFFECTS)
    return database_urls


@pytest.fixture
async def workshop(ready_urls: Urls, database: Database, tmp_path: Path) -> AsyncIterator[Workshop]:
    workshop = Workshop(database, tmp_path)
    yield workshop
    await workshop.close()


@pytest.fixture
def ada(organization_id: uuid.UUID) -> Principal:
    return somebody(organization_id)


@pytest.fixture
def start_worker(ready_urls: Urls, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    """Start worker processes; whatever is left of them at the end is killed."""
    with contextlib.ExitStack() as workers:
        yield lambda: workers.enter_context(started(ready_urls.app, tmp_path))


@contextlib.contextmanager
def started(url: str, home: Path) -> Iterator[Worker]:
    """Start a worker process, and kill it at the end."""
    serve = (
        "import asyncio, sys; from tests.unit.jobs.durable.workshop import serve;"
        " asyncio.run(serve(*sys.argv[1:]))"
    )
    surroundings = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])}
    command = [sys.executable, "-c", serve, url, str(home)]
    with (home / "workers.log").open("ab") as log:
        worker = subprocess.Popen(command, stderr=log, stdout=log, env=surroundings)  # noqa: S603 - our own script
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()
