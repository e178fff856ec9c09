import asyncio
import uuid

import psycopg
import pytest

from morello.kernel.ids import new_id
from morello.storage.postgres.database import Database
from morello.storage.postgres.urls import Urls

NAMES = "select name from organization order by name"
RENAME = "update organization set name = %s"


async def names(database: Database, organization_id: uuid.UUID) -> list[str]:
    return [row["name"] for row in await database.fetch(organization_id, NAMES)]


async def rename(
    database: Database, organization_id: uuid.UUID, name: str, *, alone: bool = False
) -> None:
    async with database.transaction(organization_id, alone=alone) as connection:
        await connection.execute(RENAME, (name,))


async def test_what_a_call_writes_is_seen_in_it_and_kept_on_commit(
    database: Database, organization_id: uuid.UUID
) -> None:
    unit = database.unit()
    with unit.entered():
        await rename(database, organization_id, "Orchard")
        assert await names(database, organization_id) == ["Orchard"]
    assert await names(database, organization_id) == ["Cherry Farm"]
    await unit.commit()
    assert unit.connection is None
    assert await names(database, organization_id) == ["Orchard"]


async def test_a_rollback_undoes_it(database: Database, organization_id: uuid.UUID) -> None:
    unit = database.unit()
    with unit.entered():
        await rename(database, organization_id, "Orchard")
    await unit.rollback()
    await unit.rollback()
    assert await names(database, organization_id) == ["Cherry Farm"]


async def test_a_call_that_wrote_nothing_has_nothing_to_keep(
    database: Database, organization_id: uuid.UUID
) -> None:
    unit = database.unit()
    with unit.entered():
        assert await names(database, organization_id) == ["Cherry Farm"]
    assert unit.connection is None
    await unit.commit()


async def test_a_part_that_fails_is_undone_by_itself(
    database: Database, organization_id: uuid.UUID
) -> None:
    unit = database.unit()
    with unit.entered():
        await rename(database, organization_id, "Orchard")
        with pytest.raises(psycopg.errors.CheckViolation):
            await rename(database, organization_id, "")
        assert await names(database, organization_id) == ["Orchard"]
    await unit.commit()
    assert await names(database, organization_id) == ["Orchard"]


async def test_what_stands_alone_lasts_whatever_becomes_of_the_call(
    database: Database, organization_id: uuid.UUID
) -> None:
    unit = database.unit()
    with unit.entered():
        await rename(database, organization_id, "alone", alone=True)
    await unit.rollback()
    assert await names(database, organization_id) == ["alone"]


async def test_a_failure_that_was_passed_over_is_not_called_kept(
    database: Database, organization_id: uuid.UUID
) -> None:
    unit = database.unit()
    with unit.entered():
        await rename(database, organization_id, "lost")
        with pytest.raises(psycopg.errors.CheckViolation):
            await database.fetch(organization_id, RENAME, ("",))
    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        await unit.commit()
    assert await names(database, organization_id) == ["Cherry Farm"]


async def test_statements_are_counted_wherever_they_are_made(
    database: Database, organization_id: uuid.UUID
) -> None:
    unit = database.unit()
    with unit.entered():
        await names(database, organization_id)
        await rename(database, organization_id, "Orchard")
        await names(database, organization_id)
    assert unit.statements == 3
    await names(database, organization_id)
    assert unit.statements == 3
    await unit.rollback()


async def test_one_call_writes_for_one_organization(
    database: Database, organization_id: uuid.UUID
) -> None:
    unit = database.unit()
    with unit.entered():
        await rename(database, organization_id, "Orchard")
        with pytest.raises(AssertionError):
            await rename(database, new_id(), "Orchard")
        assert await names(database, new_id()) == []
        assert await names(database, organization_id) == ["Orchard"]
    await unit.rollback()


async def test_writers_of_one_call_share_its_transaction(
    database: Database, organization_id: uuid.UUID
) -> None:
    unit = database.unit()
    with unit.entered():
        await asyncio.gather(unit.begin(organization_id), unit.begin(organization_id))
        seen = await asyncio.gather(*(names(database, organization_id) for _ in range(20)))
    assert seen == [["Cherry Farm"]] * 20
    await unit.commit()


async def test_units_of_calls_at_once_are_apart(
    database: Database, organization_id: uuid.UUID
) -> None:
    async def call() -> bool:
        unit = database.unit()
        with unit.entered():
            await names(database, organization_id)
            return unit.statements == 1

    assert all(await asyncio.gather(*(call() for _ in range(20))))


async def test_calls_that_hold_connections_leave_some_to_each_other(
    database_urls: Urls, organization_id: uuid.UUID
) -> None:
    database = await Database.open(database_urls.app, connections_max=4)

    async def call(number: int) -> None:
        unit = database.unit()
        with unit.entered():
            async with database.transaction(organization_id):
                await asyncio.sleep(0.05)  # until everybody holds one who can
                await rename(database, organization_id, f"Farm {number}", alone=True)
        await unit.rollback()

    try:
        async with asyncio.timeout(5):
            await asyncio.gather(*(call(number) for number in range(12)))
    finally:
        await database.close()
