"""A wire: what goes out together happens together, and whoever waits is told."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from morello.ledger.postgres.writing.wire import Wire
from morello.storage.postgres.urls import Urls

NAME = "morello test wire"


@pytest.fixture
async def wire(database_urls: Urls) -> AsyncIterator[Wire]:
    wire = await Wire.connect(database_urls.owner, name=NAME)
    await wire.exchange((b"create temporary table fruit (name text primary key)", ()))
    yield wire
    await wire.close()


async def disconnect(urls: Urls) -> None:
    other = await Wire.connect(urls.owner)
    query = b"select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1"
    await other.exchange((query, (NAME.encode(),)))
    await other.close()


async def fruits(wire: Wire) -> list[str]:
    (result,) = await wire.exchange((b"select name from fruit order by 1", ()))
    return [name for (name,) in wire.rows(result)]


async def test_each_statement_has_its_result(wire: Wire) -> None:
    for _ in range(2):  # the second time they are prepared already
        found = await wire.exchange((b"select 1", ()), (b"select $1::text, null", (b"plum",)))
        assert [wire.rows(each) for each in found] == [[(1,)], [("plum", None)]]


async def test_more_than_the_socket_holds_is_sent(wire: Wire) -> None:
    (result,) = await wire.exchange((b"select length($1::bytea)", (b"x" * 3_000_000,)))
    assert wire.rows(result) == [(3_000_000,)]


@pytest.mark.parametrize("wrong", [b"select 1 / 0", b"selec"])
async def test_nothing_happens_of_what_fails(wire: Wire, wrong: bytes) -> None:
    add = (b"insert into fruit values ($1)", (b"plum",))
    for _ in range(2):
        with pytest.raises(psycopg.Error):
            await wire.exchange(add, (wrong, ()), (b"insert into fruit values ('fig')", ()))
    await wire.exchange((b"insert into fruit values ('fig')", ()))
    assert await fruits(wire) == ["fig"]


async def test_what_fails_at_the_commit_fails(wire: Wire) -> None:
    kind = b"text references fruit deferrable initially deferred"
    await wire.exchange((b"create temporary table tree (fruit %s)" % kind, ()))
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        await wire.exchange((b"insert into tree values ('pear')", ()))


async def test_answers_come_in_order(wire: Wire) -> None:
    asked = [wire.exchange((b"select $1::text", (str(each).encode(),))) for each in range(20)]
    found = await asyncio.gather(*asked)
    assert [wire.rows(each)[0][0] for (each,) in found] == [str(each) for each in range(20)]


async def test_whoever_leaves_disturbs_nobody(wire: Wire) -> None:
    leaving = asyncio.create_task(wire.exchange((b"select pg_sleep(0.05)", ())))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await fruits(wire) == []


async def test_a_lost_connection_is_told_at_once(wire: Wire, database_urls: Urls) -> None:
    waiting = asyncio.create_task(wire.exchange((b"select pg_sleep(9)", ())))
    await asyncio.sleep(0.05)
    await disconnect(database_urls)
    with pytest.raises(psycopg.OperationalError):
        await waiting
    assert not wire.is_open
    with pytest.raises(psycopg.OperationalError):
        await wire.exchange((b"select 1", ()))


async def test_a_connection_lost_while_nobody_waits_is_noticed(
    wire: Wire, database_urls: Urls
) -> None:
    await disconnect(database_urls)
    async with asyncio.timeout(5):
        while wire.is_open:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
