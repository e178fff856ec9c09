"""Packed arrays are what PostgreSQL takes for arrays."""

import datetime
from typing import Any

import psycopg
import pytest

from morello.kernel.ids import new_id
from morello.ledger.postgres.writing.arrays import Byteas, Numbers, Texts, Times, Uuids, register
from morello.storage.postgres.urls import Urls

IDS = [new_id(), new_id()]
TIME = datetime.datetime(1999, 12, 31, 23, 59, 59, 1, tzinfo=datetime.UTC)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("packed", "values"),
    [
        (lambda: Uuids([each.bytes for each in IDS]), IDS),
        (lambda: Byteas([b"", b"\0\xff", None]), [b"", b"\0\xff", None]),
        (lambda: Texts(["é".encode(), None, b""]), ["é", None, ""]),
        (lambda: Numbers([0, -1, (1 << 63) - 1]), [0, -1, (1 << 63) - 1]),
        (lambda: Times([(TIME - _EPOCH) // datetime.timedelta(microseconds=1)]), [TIME]),
        (lambda: Texts([]), []),
        (lambda: Numbers([]), []),
    ],
    ids=["uuid", "bytea", "text", "bigint", "time", "no-text", "no-number"],
)
async def test_an_array_comes_back(database_urls: Urls, packed: Any, values: list[Any]) -> None:
    async with await psycopg.AsyncConnection.connect(database_urls.app) as connection:
        register(connection)
        cursor = await connection.execute("select %s", (packed(),))
        assert await cursor.fetchone() == (values,)
