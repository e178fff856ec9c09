"""A database with logs over it, as several processes would open them; and somebody who may all."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from morello.ledger.postgres.log import PostgresLog
from morello.storage.keys import MasterKeys
from morello.storage.postgres.database import Database
from morello.storage.postgres.urls import Urls

TABLES = ("event", "tree_head", "tree_node", "checkpoint", "person_key")

Superuser = Callable[..., Awaitable[list[tuple[Any, ...]]]]


@pytest.fixture
async def open_log(
    database_urls: Urls, database: Database, keys: MasterKeys, tmp_path: Path
) -> AsyncIterator[Callable[[], Awaitable[PostgresLog]]]:
    """Opens one more log on the database, as another process would."""
    async with contextlib.AsyncExitStack() as stack:

        async def make() -> PostgresLog:
            log = PostgresLog(
                database, url=database_urls.app, keys=keys, host="morello.example", home=tmp_path
            )
            await log.start()
            stack.push_async_callback(log.close)
            return log

        yield make


@pytest.fixture
async def log(open_log: Callable[[], Awaitable[PostgresLog]]) -> PostgresLog:
    return await open_log()


@pytest.fixture
def superuser(database_urls: Urls) -> Superuser:
    """Does what no role of ours can: row-level security and grants stand in nobody's way."""

    async def run(*statements: str, **given: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        async with await psycopg.AsyncConnection.connect(database_urls.owner) as owner:
            for table in TABLES:
                await owner.execute(f"alter table {table} no force row level security")
            for statement in statements:
                cursor = await owner.execute(statement, given)
                found = await cursor.fetchall() if cursor.description else []
            for table in TABLES:
                await owner.execute(f"alter table {table} force row level security")
        return found

    return run


@pytest.fixture
def disconnect(database_urls: Urls) -> Callable[[str], Awaitable[None]]:
    """Ends the connections of one name, as when the server or the network goes away."""

    async def run(name: str) -> None:
        async with await psycopg.AsyncConnection.connect(database_urls.app) as connection:
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = %s and datname = current_database()",
                (name,),
            )

    return run
