"""A workshop over a database with the queue's schema, and worker processes that can be killed."""

import os
import signal
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
    started: list[Worker] = []

    def start() -> Worker:
        serve = "import sys, asyncio, workshop; asyncio.run(workshop.serve(*sys.argv[1:]))"
        surroundings = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
        with (tmp_path / "workers.log").open("ab") as log:
            command = [
                sys.executable,
                "-c",
                serve,
                ready_urls.app,
                str(tmp_path),
            ]
            started.append(subprocess.Popen(command, stderr=log, stdout=log, env=surroundings))  # noqa: S603 - our own script
        return started[-1]

    yield start
    for worker in started:
        if worker.poll() is None:
            os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
