"""The logs that have to pass the suite, each with a way to tamper with it."""

import asyncio
import contextlib
import dataclasses
import datetime
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from morello.kernel.clock import StoppedClock
from morello.ledger.event import NewEvent
from morello.ledger.log import Log
from morello.ledger.memory import MemoryLog
from morello.ledger.postgres.log import PostgresLog
from morello.ledger.postgres.snapshots import PostgresSnapshots
from morello.ledger.replay.snapshot import MemorySnapshots, Snapshots
from morello.ledger.sealing import MemoryPersonKeys, Sealing
from morello.storage.keys import MasterKeys
from morello.storage.postgres.database import Database
from morello.storage.postgres.urls import Urls

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


@dataclasses.dataclass(frozen=True)
class Backend:
    """One kind of log, set up for a test."""

    log: Log
    sealing: Sealing
    snapshots: Snapshots
    tamper: Callable[[uuid.UUID, uuid.UUID, str, bytes], Awaitable[None]]
    """Change the kept JSON of one group of one event, behind the log's back."""


@contextlib.asynccontextmanager
async def memory(request: pytest.FixtureRequest) -> AsyncIterator[Backend]:
    log = MemoryLog(MasterKeys.random(), MemoryPersonKeys())

    async def tamper(
        organization_id: uuid.UUID, event_id: uuid.UUID, group: str, body: bytes
    ) -> None:
        book = log._books[organization_id]
        book.records[book.positions[event_id]].bodies[group] = body

    yield Backend(log, log.sealing, MemorySnapshots(), tamper)


TAMPERINGS = {
    "place": "kind = 'tampered'",
    "personal": "sealed = %(body)s",
}
"""What to set where a group is no column of its own."""


@contextlib.asynccontextmanager
async def postgres(request: pytest.FixtureRequest) -> AsyncIterator[Backend]:
    urls: Urls = request.getfixturevalue("database_urls")
    home: Path = request.getfixturevalue("tmp_path")
    database = await Database.open(urls.app)
    keys = MasterKeys.random()
    log = await PostgresLog(
        database, url=urls.app, keys=keys, host="morello.example", home=home
    ).start()

    async def tamper(
        organization_id: uuid.UUID, event_id: uuid.UUID, group: str, body: bytes
    ) -> None:
        change = TAMPERINGS.get(group, f"{group} = %(body)s")
        statement = f"update event set {change} where id = %(id)s"  # noqa: S608 - constants only
        await asyncio.to_thread(as_superuser, urls, statement, id=event_id, body=body)

    yield Backend(log, log.sealing, PostgresSnapshots(database), tamper)
    await log.close()
    await database.close()


def as_superuser(urls: Urls, statement: str, **given: Any) -> None:
    """Do what no role of ours can: row-level security and grants stand in nobody's way."""
    tables = ("event", "tree_head", "tree_node", "checkpoint")
    with psycopg.connect(urls.owner) as owner:
        for table in tables:
            owner.execute(f"alter table {table} no force row level security")
        owner.execute(statement, given)
        for table in tables:
            owner.execute(f"alter table {table} force row level security")


@pytest.fixture(params=[memory, postgres], ids=["memory", "postgres"])
async def backend(request: pytest.FixtureRequest) -> AsyncIterator[Backend]:
    async with request.param(request) as made:
        yield made


@pytest.fixture
def log(backend: Backend) -> Log:
    return backend.log


@pytest.fixture
def sealing(backend: Backend) -> Sealing:
    return backend.sealing


@pytest.fixture
def snapshots(backend: Backend) -> Snapshots:
    return backend.snapshots


@pytest.fixture
def tamper(backend: Backend) -> Callable[[uuid.UUID, uuid.UUID, str, bytes], Awaitable[None]]:
    return backend.tamper


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOON)


@pytest.fixture
def new_event(clock: StoppedClock) -> Callable[..., NewEvent]:
    def make(stream: str = "menu", **changes: Any) -> NewEvent:
        return NewEvent(**{"stream": stream, "kind": "dish.added", "at": clock.now(), **changes})

    return make
