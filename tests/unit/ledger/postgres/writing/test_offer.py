"""Events that are offered in the transaction of the business that they tell of."""

import asyncio
import functools
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from morello.kernel.errors import Conflict, Unavailable
from morello.ledger.event import NewEvent
from morello.ledger.postgres.log import PostgresLog
from morello.storage.postgres.database import Database
from morello.storage.postgres.unit import PostgresUnit

New = Callable[..., NewEvent]


async def rename(database: Database, organization_id: uuid.UUID, name: str) -> None:
    async with database.transaction(organization_id) as connection:
        await connection.execute("update organization set name = %s", (name,))


async def name_of(database: Database, organization_id: uuid.UUID) -> str:
    (row,) = await database.fetch(organization_id, "select name from organization")
    return str(row["name"])


async def test_events_are_kept_together_with_what_was_written(
    log: PostgresLog, database: Database, organization_id: uuid.UUID, new_event: New
) -> None:
    unit = database.unit()
    with unit.entered():
        await rename(database, organization_id, "Cherry Orchard")
        events = [new_event(stream="a"), new_event(stream="call:1", expected_version=0)]
        assert await log.append(organization_id, events, unit) == [0, 1]
    assert await name_of(database, organization_id) == "Cherry Orchard"
    placed = [(each.stream, each.stream_version) async for each in log.follow(organization_id)]
    assert placed == [("a", 1), ("call:1", 1)]
    assert (await log.verify(organization_id)).ok


async def test_in_a_conflict_neither_is_kept(
    log: PostgresLog, database: Database, organization_id: uuid.UUID, new_event: New
) -> None:
    before = await name_of(database, organization_id)
    known = new_event(stream="a")
    await log.append(organization_id, [known])
    for refused in (
        new_event(stream="a", expected_version=0),
        new_event(stream="a", expected_version=3),
        known.model_copy(update={"stream": "b"}),
    ):
        unit = database.unit()
        with unit.entered():
            await rename(database, organization_id, "never")
            with pytest.raises(Conflict):
                await log.append(organization_id, [refused], unit)
            await unit.rollback()
    assert await name_of(database, organization_id) == before
    assert len([each async for each in log.follow(organization_id)]) == 1


async def test_those_who_add_to_one_stream_wait_for_each_other(
    log: PostgresLog, database: Database, organization_id: uuid.UUID, new_event: New
) -> None:
    async def add(place: int) -> None:
        if place % 2:
            await log.append(organization_id, [new_event(stream="a"), new_event(stream="b")])
            return
        unit = database.unit()
        with unit.entered():
            async with database.transaction(organization_id) as connection:
                await connection.execute("select 1")
            events = [new_event(stream="b"), new_event(stream="a")]
            await log.append(organization_id, events, unit)

    await asyncio.gather(*[add(each) for each in range(20)])
    for stream in ("a", "b"):
        versions = [each.stream_version async for each in log.read(organization_id, stream)]
        positions = [each.position async for each in log.read(organization_id, stream)]
        assert versions == list(range(1, 21))
        assert positions == sorted(positions)
    assert (await log.verify(organization_id)).ok


async def test_new_people_all_at_once_wait_for_nobody(
    log: PostgresLog, database: Database, organization_id: uuid.UUID, new_event: New
) -> None:
    """Each call holds a connection, and its person's key is made on another."""

    async def add(place: int) -> None:
        unit = database.unit()
        with unit.entered():
            async with database.transaction(organization_id) as connection:
                await connection.execute("select pg_sleep(0.05)")
            event = new_event(stream=f"s{place}", person=f"p{place}", personal={"name": "x"})
            await log.append(organization_id, [event], unit)

    async with asyncio.timeout(5):
        await asyncio.gather(*[add(each) for each in range(30)])


async def test_a_commit_whose_answer_was_lost_is_looked_up(
    log: PostgresLog,
    database: Database,
    organization_id: uuid.UUID,
    new_event: New,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commit = PostgresUnit.commit

    async def lose(self: PostgresUnit, *, first: bool) -> None:
        if first:
            await commit(self)
        else:
            await self.rollback()
        raise Unavailable("database")

    for first in (True, False):
        unit, event = database.unit(), new_event()
        monkeypatch.setattr(PostgresUnit, "commit", functools.partialmethod(lose, first=first))
        with unit.entered():
            await rename(database, organization_id, "Cherry Orchard")
            if first:
                assert await log.append(organization_id, [event], unit) == [0]
            else:
                with pytest.raises(Unavailable, match="nothing was kept"):
                    await log.append(organization_id, [event], unit)
    assert len([each async for each in log.follow(organization_id)]) == 1


async def test_nobody_reads_what_has_no_place_yet(
    log: PostgresLog, database: Database, organization_id: uuid.UUID, new_event: New
) -> None:
    """As when a process is killed between its commit and the placing."""
    event = new_event(stream="a")
    await log.append(organization_id, [event])
    await log._writer.close()
    unit = database.unit()
    with unit.entered():
        await rename(database, organization_id, "Cherry Orchard")
        later = new_event(stream="a")
        waiting = asyncio.create_task(log.append(organization_id, [later], unit))
        await asyncio.sleep(0.3)
        waiting.cancel()
    assert await name_of(database, organization_id) == "Cherry Orchard"
    assert [each.id async for each in log.read(organization_id, "a")] == [event.id]
    assert [each.id async for each in log.follow(organization_id)] == [event.id]


async def test_what_a_killed_process_left_is_placed_by_another(
    log: PostgresLog,
    open_log: Callable[[], Awaitable[PostgresLog]],
    database: Database,
    organization_id: uuid.UUID,
    new_event: New,
) -> None:
    await log._writer.close()
    unit = database.unit()
    with unit.entered():
        await rename(database, organization_id, "Cherry Orchard")
        events = [new_event(stream="a") for _ in range(3)]
        waiting = asyncio.create_task(log.append(organization_id, events, unit))
        await asyncio.sleep(0.3)
    other = await open_log()
    assert await other.wait(organization_id, after=1, timeout_s=5)
    assert [each.id async for each in other.follow(organization_id)] == [e.id for e in events]
    waiting.cancel()


@pytest.mark.parametrize(
    "statement",
    [
        "update event set kind = 'x'",
        "delete from event",
        "update event set position = 9",
        "insert into event (position) values (1)",
        "update tree_head set size = 1",
        "delete from checkpoint",
        "truncate event",
    ],
)
async def test_the_app_can_change_nothing(
    log: PostgresLog, database: Database, organization_id: uuid.UUID, new_event: New, statement: Any
) -> None:
    await log.append(organization_id, [new_event()])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.transaction(organization_id, alone=True) as connection:
            await connection.execute(statement)


@pytest.mark.parametrize("change", ["position = 9, leaf = leaf", "position = null, leaf = null"])
async def test_the_writer_places_once(
    log: PostgresLog, organization_id: uuid.UUID, new_event: New, change: Any
) -> None:
    await log.append(organization_id, [new_event()])
    wire = await log._writer._connected()
    (result,) = await wire.exchange((f"update event set {change}".encode(), ()))  # noqa: S608 - constants only
    assert result.command_tuples == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await wire.exchange((b"update event set what = '{}'", ()))
