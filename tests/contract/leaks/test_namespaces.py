"""Every store keeps organizations apart by itself, whatever the corridor above it does."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from morello.data.catalog.lake import Lake
from morello.data.catalog.parquet import count
from morello.kernel.caller import Call
from morello.kernel.context import Context
from morello.kernel.errors import NotFound
from morello.kernel.ids import INSTALLATION, new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Principal
from morello.pipeline.idempotency.key import Key
from morello.pipeline.recall import Memory, Question

from .canary import leaks
from .conftest import Street
from .house import House

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

_TABLES = """
    select c.relname as name, a.attname as organization from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
    where c.relkind in ('r', 'p') order by 1"""


async def test_the_database_shows_an_organization_its_own_rows_alone(street: Street) -> None:
    database, searched = street.service.foundation.database, 0
    tables = await database.fetch(new_id(), _TABLES)
    for here, there in street.houses():
        for table in tables:
            async with database.transaction(here.organization_id, alone=True) as connection:
                query: Any = f"select to_jsonb(t)::text from {table['name']} t"  # noqa: S608 - its name
                try:
                    cursor = await connection.execute(query)
                except Exception as error:  # noqa: BLE001 - a table the app's role may not read at all
                    assert "permission denied" in str(error)  # noqa: PT017 - it may pass, too
                    await connection.rollback()
                    continue
                rows = [str(row[0]) for row in await cursor.fetchall()]
            searched += len(rows)
            assert not leaks(rows, there.nest.secrets, set()), table["name"]
    assert len(tables) >= 10
    assert searched >= 50


async def test_without_an_organization_the_database_shows_nothing(street: Street) -> None:
    database = street.service.foundation.database
    for organization_id in (new_id(), uuid.UUID(int=0)):
        for name in ("dataset", "version", "membership", "event", "approval", "quota"):
            query: Any = f"select count(*)::integer as n from {name}"  # noqa: S608 - one of these
            (row,) = await database.fetch(organization_id, query)
            assert row["n"] == 0, name


def context(street: Street, house: House) -> Context:
    return Context(
        call_id=new_id(),
        principal=house.people[Role.ORG_ADMIN],
        tool="data.preview",
        caller=street.service.caller,
    )


async def test_the_cache_takes_the_same_question_of_two_for_two_questions(street: Street) -> None:
    tool = next(each for each in street.tools if each.cached is not None)
    one, other = (
        Question.of(tool, context(street, house), "ab" * 32) for house in (street.one, street.other)
    )
    assert one.ttl_s > 0
    assert one.digest != other.digest
    memory, answer = Memory(1 << 20), tool.input.model_construct()
    memory.keep(one, answer, 10)
    assert memory.recall(one) is answer
    assert memory.recall(other) is None


async def test_an_idempotency_key_is_one_person_s(street: Street) -> None:
    tool = next(each for each in street.tools if each.name == "data.list")

    def key(principal: Principal) -> Key:
        call = Call(tool=tool.name, given={}, principal=principal, idempotency_key="k")
        return Key.of(call, tool, "ab" * 32)

    people = [person for house, _ in street.houses() for person in house.people.values()]
    assert len({key(person) for person in people}) == len(people)


async def test_the_lake_has_a_folder_and_a_key_for_each(street: Street) -> None:
    on = street.service.foundation
    lake, catalog, keys = on.lake, on.catalog, on.keys
    assert isinstance(lake, Lake)
    for here, there in street.houses():
        _, version = await catalog.find(here.organization_id, "orders")
        (path,) = lake.paths(here.organization_id, version.files)
        assert (
            path.parent == lake.folder(here.organization_id) != lake.folder(there.organization_id)
        )
        assert count(path, await keys.derive(here.organization_id, "lake")) == version.rows
        with pytest.raises(Exception, match=r"key|AES"):
            count(path, await keys.derive(there.organization_id, "lake"))
        content = path.read_bytes()
        assert not any(word.encode() in content for word in here.nest.canaries)
        assert path.name in await catalog.files(here.organization_id)
        assert path.name not in await catalog.files(there.organization_id)
        for purpose in ("lake", "digest", "jobs"):
            assert await keys.derive(here.organization_id, purpose) != await keys.derive(
                there.organization_id, purpose
            )


async def test_an_upload_is_found_by_its_own_organization_alone(street: Street) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"a,b\n1,2\n"

    uploads = street.service.uploads
    here, there = street.one.organization_id, street.other.organization_id
    taken = await uploads.put(here, chunks(), name="../../x.csv", media_type="text/csv")
    assert (await uploads.get(here, taken.id)).size == 8
    with pytest.raises(NotFound):
        await uploads.get(there, taken.id)
    await uploads.remove(there, taken.id)
    path = (await uploads.get(here, taken.id)).path
    assert path is not None
    assert any(here == _uuid(part) for part in path.parts)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


async def test_the_ledger_has_a_log_of_its_own_for_each(street: Street) -> None:
    log = street.service.foundation.log
    for here, there in street.houses():
        event = here.nest.ids["event"][0]
        assert (await log.event(here.organization_id, uuid.UUID(event))).id == uuid.UUID(event)
        for stranger in (there.organization_id, INSTALLATION, new_id()):
            with pytest.raises(NotFound):
                await log.event(stranger, uuid.UUID(event))
            with pytest.raises(NotFound):
                await log.receipt(stranger, uuid.UUID(event))
        note = await log.checkpoint(here.organization_id)
        assert note.splitlines()[0] != (await log.checkpoint(there.organization_id)).splitlines()[0]


async def test_a_job_s_parcel_opens_for_its_own_organization_alone(street: Street) -> None:
    parcels, job = street.service.corridor.jobs.parcels, new_id()
    here, there = street.one.organization_id, street.other.organization_id
    sealed = await parcels.seal(here, job, b"canary")
    assert b"canary" not in sealed
    assert await parcels.open(here, job, sealed) == b"canary"
    for organization_id, number in ((there, job), (here, new_id())):
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, it does not open
            await parcels.open(organization_id, number, sealed)
    assert parcels._file(here, job, "file").parent != parcels._file(there, job, "file").parent
