import asyncio
import contextlib
import dataclasses
import uuid
from typing import Any

import psycopg
import pytest

from morello.kernel.errors import TimedOut, Unavailable
from morello.kernel.ids import new_id
from morello.storage.postgres.database import Database
from morello.storage.postgres.urls import Urls

NAMES = "select name from organization order by name"
RENAME = "update organization set name = %s"


async def names(database: Database, organization_id: uuid.UUID) -> list[str]:
    return [row["name"] for row in await database.fetch(organization_id, NAMES)]


async def test_an_organization_sees_its_own_rows_only(
    database: Database, organization_id: uuid.UUID
) -> None:
    assert await names(database, organization_id) == ["Cherry Farm"]
    assert await names(database, new_id()) == []
    assert await database.fetch(new_id(), f"{RENAME} returning id", ("taken",)) == []
    assert await names(database, organization_id) == ["Cherry Farm"]


async def test_nothing_of_an_organization_is_left_on_a_connection(
    database_urls: Urls, organization_id: uuid.UUID
) -> None:
    database = await Database.open(database_urls.app, connections_max=1)
    setting = "select current_setting('app.current_company_id', true) as seen"
    assert await database.fetch(organization_id, setting) == [{"seen": str(organization_id)}]
    async with database._connections.lend() as connection:
        assert await (await connection.execute(setting)).fetchone() in ((None,), ("",))
        assert await (await connection.execute(NAMES)).fetchall() == []
    await database.close()


async def test_rows_come_as_what_was_asked_for(
    database: Database, organization_id: uuid.UUID
) -> None:
    class Named:
        def __init__(self, *, name: str, number: int) -> None:
            self.name, self.number = name, number

    query = "select name, %s::int as number from organization where id = %s"
    (row,) = await database.fetch(organization_id, query, (7, organization_id), Named)
    assert (row.name, row.number) == ("Cherry Farm", 7)
    by_name = "select name, %(number)s::int as number from organization"
    assert await database.fetch(organization_id, by_name, {"number": 8}) == [
        {"name": "Cherry Farm", "number": 8}
    ]
    assert await database.fetch(organization_id, RENAME, ("Orchard",)) == []
    assert await names(database, organization_id) == ["Orchard"]


async def test_a_failed_statement_leaves_a_good_connection(
    database_urls: Urls, organization_id: uuid.UUID
) -> None:
    database = await Database.open(database_urls.app, connections_max=1)
    for _ in range(3):
        with pytest.raises(psycopg.errors.UndefinedTable):
            await database.fetch(organization_id, "select * from nowhere")
        with pytest.raises(psycopg.errors.CheckViolation):
            await database.fetch(organization_id, RENAME, ("",))
        assert await names(database, organization_id) == ["Cherry Farm"]
    await database.close()


async def test_a_prepared_statement_outlives_a_change_of_the_schema(
    database: Database, database_urls: Urls, organization_id: uuid.UUID
) -> None:
    everything = "select * from organization"
    before = await database.fetch(organization_id, everything)
    with psycopg.connect(database_urls.owner, autocommit=True) as owner:
        owner.execute("alter table organization add column more text")
    with pytest.raises(psycopg.errors.FeatureNotSupported):
        await database.fetch(organization_id, everything)
    assert await database.fetch(organization_id, everything) == [{**before[0], "more": None}]


async def test_a_transaction_is_kept_whole_or_not_at_all(
    database: Database, organization_id: uuid.UUID
) -> None:
    async def fails() -> None:
        async with database.transaction(organization_id) as connection:
            await connection.execute(RENAME, ("lost",))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert await names(database, organization_id) == ["Cherry Farm"]
    async with database.transaction(organization_id) as connection:
        await connection.execute(RENAME, ("kept",))
    assert await names(database, organization_id) == ["kept"]


async def test_a_failure_that_was_passed_over_is_not_called_kept(
    database: Database, organization_id: uuid.UUID
) -> None:
    async def passes_over() -> None:
        async with database.transaction(organization_id) as connection:
            await connection.execute(RENAME, ("lost",))
            with contextlib.suppress(psycopg.errors.CheckViolation):
                await connection.execute(RENAME, ("",))

    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        await passes_over()
    assert await names(database, organization_id) == ["Cherry Farm"]


async def test_a_statement_that_takes_too_long_is_stopped(
    database: Database, organization_id: uuid.UUID
) -> None:
    async def dawdles() -> None:
        async with database.transaction(organization_id) as connection:
            await connection.execute("set local statement_timeout = '20ms'")
            await connection.execute("select pg_sleep(5)")

    with pytest.raises(TimedOut):
        await dawdles()
    assert await names(database, organization_id) == ["Cherry Farm"]


async def test_a_cancelled_statement_leaves_a_good_connection(
    database_urls: Urls, organization_id: uuid.UUID
) -> None:
    database = await Database.open(database_urls.app, connections_max=1)
    for _ in range(3):
        running = asyncio.create_task(database.fetch(organization_id, "select pg_sleep(5)"))
        await asyncio.sleep(0.05)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert await names(database, organization_id) == ["Cherry Farm"]
    await database.close()


async def test_who_leaves_in_the_middle_leaves_nothing_open(
    database_urls: Urls, organization_id: uuid.UUID
) -> None:
    database = await Database.open(database_urls.app, connections_max=1)

    async def dawdles() -> None:
        async with database.transaction(organization_id) as connection:
            await connection.execute(RENAME, ("lost",))
            await connection.execute("select pg_sleep(5)")

    for _ in range(5):
        running = asyncio.create_task(dawdles())
        await asyncio.sleep(0.02)
        for _ in range(3):  # as impatient as they come
            running.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await running
    async with asyncio.timeout(5):
        assert await names(database, organization_id) == ["Cherry Farm"]
    await database.close()


async def test_more_ask_at_once_than_there_are_connections(
    database_urls: Urls, organization_id: uuid.UUID
) -> None:
    database = await Database.open(database_urls.app, connections_max=3)
    seen = await asyncio.gather(*(names(database, organization_id) for _ in range(50)))
    assert seen == [["Cherry Farm"]] * 50
    await database.close()


async def test_connections_that_the_server_ended_are_made_anew(
    database: Database, database_urls: Urls, organization_id: uuid.UUID
) -> None:
    await asyncio.gather(*(names(database, organization_id) for _ in range(5)))
    running = asyncio.create_task(database.fetch(organization_id, "select pg_sleep(5)"))
    await asyncio.sleep(0.05)
    with psycopg.connect(database_urls.app, autocommit=True) as app:
        app.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    with pytest.raises(Unavailable) as caught:
        await running
    assert caught.value.message.id == "error.unavailable.database"
    assert await names(database, organization_id) == ["Cherry Farm"]


async def test_a_database_that_is_not_there_is_unavailable(
    database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("morello.storage.postgres.connections.CONNECTION_WAIT_S", 0.1)
    with pytest.raises(Unavailable):
        await Database.open(database_urls.app.replace("?host=", "?host=/nowhere"))


async def test_the_app_has_the_rights_of_its_role_only(
    database_urls: Urls, organization_id: uuid.UUID
) -> None:
    with psycopg.connect(database_urls.app) as app:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("select name from public.organization")
        app.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("set role morello_owner")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Named:
    name: str
    rows: int


@dataclasses.dataclass(frozen=True)
class Placed:
    name: str
    rows: int


@pytest.mark.parametrize("row", [Named, Placed, dict])
@pytest.mark.parametrize("columns", ["'a' as name, 1 as rows", "1 as rows, 'a' as name"])
async def test_a_row_is_made_of_its_columns_whatever_their_order(
    database: Database, organization_id: uuid.UUID, row: type[Any], columns: str
) -> None:
    query: Any = f"select {columns}"
    (found,) = await database.fetch(organization_id, query, (), row)
    assert found == row(name="a", rows=1)
