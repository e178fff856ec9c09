"""PostgreSQL is killed under load, at random: nothing acknowledged is lost, nothing doubled."""

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from morello.kernel.errors import MorelloError
from morello.kernel.ids import new_id
from morello.ledger.event import NewEvent
from morello.ledger.postgres.log import PostgresLog
from morello.storage.keys import MasterKeys
from morello.storage.postgres.database import Database
from morello.storage.postgres.migrate import migrate
from morello.storage.postgres.postmaster import find_postmaster
from morello.storage.postgres.server import EmbeddedServer

New = Callable[..., NewEvent]
LOADS = 6
INSERT = "insert into organization (id, name, slug, created_at) values (%s, 'x', %s, now())"


class Load:
    """People who append without pause, and what they were told."""

    def __init__(self, log: PostgresLog, database: Database, new_event: New) -> None:
        self.log, self.database, self.new_event = log, database, new_event
        self.tried: dict[uuid.UUID, uuid.UUID] = {}
        """Organization by event."""
        self.acknowledged: dict[uuid.UUID, int] = {}
        """Position by event."""
        self.is_over = False

    async def run(self, organizations: list[uuid.UUID]) -> None:
        """Append single events to shared streams, and found organizations, in turn."""
        for turn in range(1_000_000):
            if self.is_over:
                return
            try:
                if turn % 3:
                    await self.add(organizations[turn % len(organizations)])
                else:
                    await self.found(new_id())
            except MorelloError:
                await asyncio.sleep(0.05)

    async def add(self, organization_id: uuid.UUID) -> None:
        event = self.new_event(stream=f"call:{new_id()}", expected_version=0)
        self.tried[event.id] = organization_id
        (self.acknowledged[event.id],) = await self.log.append(organization_id, [event])

    async def found(self, organization_id: uuid.UUID) -> None:
        """Write a row and its event in one transaction."""
        event = self.new_event(stream="organization")
        self.tried[event.id] = organization_id
        unit = self.database.unit()
        with unit.entered():
            try:
                async with self.database.transaction(organization_id) as connection:
                    await connection.execute(INSERT, (organization_id, f"o-{organization_id}"))
                (self.acknowledged[event.id],) = await self.log.append(
                    organization_id, [event], unit
                )
            finally:
                with contextlib.suppress(Exception):
                    await unit.rollback()


async def hold(load: Load) -> None:
    """Check everything that has to be true however often the server was killed."""
    for organization_id in set(load.tried.values()):
        events = [each async for each in load.log.follow(organization_id, limit=1_000_000)]
        assert [each.position for each in events] == list(range(len(events)))
        placed = {each.id: each.position for each in events}
        ours = {key for key, value in load.tried.items() if value == organization_id}
        assert set(placed) <= ours
        assert all(
            placed.get(key) == load.acknowledged[key] for key in ours & load.acknowledged.keys()
        )
        rows = await load.database.fetch(organization_id, "select id from organization")
        assert bool(rows) == any(each.stream == "organization" for each in events)
        assert (await load.log.verify(organization_id)).ok


async def kills(home: Path, new_event: New, rounds: int, seed: int) -> int:
    """Kill the server some times under load; return how many events were acknowledged."""
    server, generator = EmbeddedServer(home), np.random.default_rng(seed)
    urls = await asyncio.to_thread(server.start)
    await asyncio.to_thread(migrate, urls)
    database = await Database.open(urls.app)
    log = PostgresLog(
        database, url=urls.app, keys=MasterKeys.random(), host="morello.example", home=home
    )
    await log.start()
    load, organizations = Load(log, database, new_event), [new_id() for _ in range(3)]
    running = [asyncio.create_task(load.run(organizations)) for _ in range(LOADS)]
    try:
        for _ in range(rounds):
            await asyncio.sleep(generator.uniform(0.2, 1.2))
            postmaster = find_postmaster(home / "postgres" / "data")
            assert postmaster is not None
            for process in (postmaster, *postmaster.children()):
                with contextlib.suppress(Exception):
                    process.kill()
            await asyncio.to_thread(postmaster.wait, 10)
            await asyncio.to_thread(server.start)
            before = len(load.acknowledged)
            async with asyncio.timeout(30):
                while len(load.acknowledged) < before + LOADS:  # noqa: ASYNC110 - a count
                    await asyncio.sleep(0.05)
        load.is_over = True
        await asyncio.gather(*running)
        await asyncio.sleep(1.5)  # what was offered and not placed is placed within a second
        await hold(load)
    finally:
        load.is_over = True
        await asyncio.gather(*running, return_exceptions=True)
        await log.close()
        await database.close()
        await asyncio.to_thread(server.stop)
    return len(load.acknowledged)


@pytest.mark.slow
async def test_a_killed_server_loses_nothing(tmp_path: Path, new_event: New) -> None:
    assert await kills(tmp_path, new_event, rounds=2, seed=1) > 100


@pytest.mark.prove
async def test_a_server_killed_a_hundred_times_loses_nothing(
    tmp_path: Path, new_event: New
) -> None:
    assert await kills(tmp_path, new_event, rounds=100, seed=2) > 10_000
