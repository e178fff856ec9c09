"""The durable catalogue: what a call adds is kept with its record, or not at all."""

import asyncio
import contextlib
import os
import socket
from typing import Any

import psycopg
import pytest

from morello.data.catalog.postgres import PostgresCatalog
from morello.kernel.errors import Conflict, NotFound, Unavailable
from morello.kernel.ids import new_id
from morello.storage.postgres.database import Database

from .test_catalog import dataset, filled, version


@pytest.fixture
def kept(database: Database) -> PostgresCatalog:
    return PostgresCatalog(database)


async def test_what_a_call_added_is_seen_by_others_once_it_is_recorded(
    database: Database, kept: PostgresCatalog
) -> None:
    organization_id, unit = new_id(), database.unit()
    made = dataset(organization_id)
    with unit.entered():
        await kept.create(made)
        await kept.add_version(organization_id, version(made, "a1"), expected=None)
        assert (await kept.find(organization_id, "orders"))[0] == made
    with pytest.raises(NotFound):
        await kept.find(organization_id, "orders")
    await unit.commit()
    assert (await kept.find(organization_id, "orders"))[0] == made


def cut(connection: Any) -> None:
    """Pull the cable: the server finds nobody there any more."""
    with socket.socket(fileno=os.dup(connection.fileno())) as cable:
        cable.shutdown(socket.SHUT_RDWR)


async def test_a_crash_before_the_commit_leaves_neither_dataset_nor_version(
    database: Database, kept: PostgresCatalog
) -> None:
    organization_id, unit = new_id(), database.unit()
    made = dataset(organization_id)
    with unit.entered():
        await kept.create(made)
        await kept.add_version(organization_id, version(made, "a1"), expected=None)
    assert unit.connection is not None
    cut(unit.connection)
    with pytest.raises((Unavailable, psycopg.OperationalError)):
        await unit.commit()
    with contextlib.suppress(Unavailable, psycopg.OperationalError):
        await unit.rollback()
    assert list(await kept.listed(organization_id)) == []
    await kept.create(made)  # nothing of it is in the way


async def test_of_two_calls_that_append_one_is_a_conflict(
    database: Database, kept: PostgresCatalog
) -> None:
    organization_id, made, (first,) = await filled(kept, "a1")

    async def append(identifier: str) -> None:
        unit = database.unit()
        try:
            with unit.entered():
                new = version(made, identifier, *first.files)
                await kept.add_version(organization_id, new, expected=first.id)
                await asyncio.sleep(0.02)
            await unit.commit()
        finally:
            await unit.rollback()

    results = await asyncio.gather(
        *(append(each) for each in ("b2", "c3", "d4")), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in results) == ["Conflict", "Conflict", "NoneType"]
    assert len(await kept.history(organization_id, made.id)) == 2


async def test_a_call_that_lost_can_go_on_in_its_transaction(
    database: Database, kept: PostgresCatalog
) -> None:
    organization_id, made, _ = await filled(kept, "a1")
    unit = database.unit()
    with unit.entered():
        with pytest.raises(Conflict):
            await kept.create(dataset(organization_id))
        await kept.create(dataset(organization_id, "other"))
    await unit.commit()
    assert [each.name for each in await kept.listed(organization_id)] == ["orders", "other"]
    assert made.name == "orders"


async def test_many_datasets_take_no_more_statements_than_one(
    database: Database, kept: PostgresCatalog
) -> None:
    counts = []
    for datasets in (1, 9):
        organization_id, unit = new_id(), database.unit()
        for number in range(datasets):
            made = dataset(organization_id, f"d{number}")
            await kept.create(made)
            await kept.add_version(organization_id, version(made, "a1"), expected=None)
        with unit.entered():
            assert len(await kept.listed(organization_id)) == datasets
            await kept.find(organization_id, "d0")
            await kept.find(organization_id, "d0", "a1")
        counts.append(unit.statements)
    assert counts == [3, 3]


async def test_a_version_whose_row_was_written_again_is_read_again(
    kept: PostgresCatalog, postgres: Any, database_urls: Any
) -> None:
    organization_id, _, (first,) = await filled(kept, "a1")
    assert (await kept.find(organization_id, "orders"))[1] == first
    with psycopg.connect(postgres.as_superuser(database_urls)) as superuser:
        superuser.execute("update version set rows = 7")
    assert (await kept.find(organization_id, "orders"))[1].rows == 7
