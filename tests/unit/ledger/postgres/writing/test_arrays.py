"""Packed arrays are what PostgreSQL takes for arrays."""

import datetime
from typing import Any

import pytest

from morello.kernel.ids import new_id
from morello.ledger.postgres.writing.arrays import byteas, numbers, texts, times, uuids
from morello.ledger.postgres.writing.wire import Wire
from morello.storage.postgres.urls import Urls

IDS = [new_id(), new_id()]
TIME = datetime.datetime(1999, 12, 31, 23, 59, 59, 1, tzinfo=datetime.UTC)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("kind", "packed", "values"),
    [
        ("uuid", uuids([each.bytes for each in IDS]), IDS),
        ("uuid", uuids([]), []),
        ("bytea", byteas([b"", b"\0\xff", None]), [b"", b"\0\xff", None]),
        ("text", texts(["é".encode(), None, b""]), ["é", None, ""]),
        ("text", texts([]), []),
        ("bigint", numbers([0, -1, (1 << 63) - 1]), [0, -1, (1 << 63) - 1]),
        ("bigint", numbers([]), []),
        ("timestamptz", times([(TIME - _EPOCH) // datetime.timedelta(microseconds=1)]), [TIME]),
    ],
)
async def test_an_array_comes_back(
    database_urls: Urls, kind: str, packed: bytes, values: list[Any]
) -> None:
    wire = await Wire.connect(database_urls.app)
    (result,) = await wire.exchange((f"select $1::{kind}[]".encode(), (packed,)))
    assert wire.rows(result) == [(values,)]
    await wire.close()
