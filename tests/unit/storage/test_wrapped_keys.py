import asyncio
import base64
import datetime
import uuid
from pathlib import Path

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from morello.kernel.clock import StoppedClock
from morello.kernel.errors import InvalidInput, Unavailable
from morello.kernel.ids import new_id
from morello.kernel.settings import Settings
from morello.storage.keys import MasterKeys
from morello.storage.postgres.database import Database
from morello.storage.postgres.urls import Urls
from morello.storage.wrapped_keys import KEPT_S, WrappedKeys

MASTER = MasterKeys(bytes(range(32)))


@pytest.fixture
def keys(database: Database) -> WrappedKeys:
    return WrappedKeys(MASTER, database)


async def test_every_organization_and_purpose_has_its_own(keys: WrappedKeys) -> None:
    one, other = new_id(), new_id()
    derived = {await keys.derive(who, what) for who in (one, other) for what in ("lake", "digest")}
    assert len(derived) == 4
    assert {len(each) for each in derived} == {32}
    assert await keys.derive(one, "lake") in derived


async def test_the_same_question_gets_the_same_key_also_after_a_restart(
    keys: WrappedKeys, database: Database
) -> None:
    one = new_id()
    again = WrappedKeys(MASTER, database)
    assert await keys.derive(one, "lake") == await again.derive(one, "lake")
    assert keys.signing_key("ledger").sign(b"") == MASTER.signing_key("ledger").sign(b"")


async def test_those_who_make_it_at_once_share_it(database: Database) -> None:
    one = new_id()
    several = [WrappedKeys(MASTER, database) for _ in range(8)]
    assert len(set(await asyncio.gather(*(each.derive(one, "lake") for each in several)))) == 1


async def test_it_outlasts_the_call_that_made_it(keys: WrappedKeys, database: Database) -> None:
    one, unit = new_id(), database.unit()
    with unit.entered():
        await unit.begin(one)
        derived = await keys.derive(one, "lake")
    await unit.rollback()
    assert await WrappedKeys(MASTER, database).derive(one, "lake") == derived


async def test_the_database_alone_does_not_tell_it(
    keys: WrappedKeys, database: Database, database_urls: Urls
) -> None:
    one = new_id()
    await keys.derive(one, "lake")
    with pytest.raises(Unavailable) as caught:
        await WrappedKeys(MasterKeys.random(), database).derive(one, "lake")
    assert caught.value.message.id == "error.unavailable.key_wrapped"
    assert await database.fetch(new_id(), "select * from organization_key") == []


async def test_a_key_that_was_moved_to_another_organization_does_not_open(
    keys: WrappedKeys, database: Database
) -> None:
    one, other = new_id(), new_id()
    await keys.derive(one, "lake")
    ((key_id, wrapped),) = [
        (row["id"], row["wrapped"])
        for row in await database.fetch(one, "select id, wrapped from organization_key")
    ]
    insert = (
        "insert into organization_key (organization_id, id, wrapped, created_at)"
        " values (%s, %s, %s, now())"
    )
    await database.fetch(other, insert, (other, key_id, wrapped))
    with pytest.raises(Unavailable):
        await keys.derive(other, "lake")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await database.fetch(other, insert, (one, key_id, wrapped))


async def test_what_is_under_a_destroyed_key_is_never_read_again(database: Database) -> None:
    clock = StoppedClock(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    here, elsewhere = (WrappedKeys(MASTER, database, clock) for _ in range(2))
    one, other, nonce = new_id(), new_id(), bytes(12)
    file = AESGCM(await here.derive(one, "lake")).encrypt(nonce, b"cherries", None)
    await elsewhere.derive(one, "lake")
    await here.destroy(one)
    await here.destroy(one)
    with pytest.raises(Unavailable) as caught:
        await here.derive(one, "lake")
    assert caught.value.message.id == "error.unavailable.key_destroyed"
    clock.advance(KEPT_S + 1)
    with pytest.raises(Unavailable):
        await elsewhere.derive(one, "lake")
    with pytest.raises(InvalidTag):
        AESGCM(await here.derive(other, "lake")).decrypt(nonce, file, None)


def test_the_master_key_may_come_from_the_settings(tmp_path: Path) -> None:
    given = SecretStr(base64.b64encode(bytes(range(32))).decode())
    keys = MasterKeys.of_site(Settings(home=tmp_path, master_key=given))
    assert keys.wrapping_key() == MASTER.wrapping_key()
    assert list(tmp_path.iterdir()) == []
    assert (
        MasterKeys.of_site(Settings(home=tmp_path)).wrapping_key()
        == MasterKeys.in_folder(tmp_path).wrapping_key()
    )


@pytest.mark.parametrize("given", ["short", "c2hvcnQ=", "!" * 44, "A" * 100])
def test_what_is_no_master_key_is_refused_and_not_repeated(tmp_path: Path, given: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        MasterKeys.of_site(Settings(home=tmp_path, master_key=SecretStr(given)))
    assert given not in caught.value.in_words()


async def test_another_organization_cannot_destroy_it(
    keys: WrappedKeys, database: Database
) -> None:
    one = new_id()
    derived = await keys.derive(one, "lake")
    await keys.destroy(uuid.UUID(int=1))
    assert await WrappedKeys(MASTER, database).derive(one, "lake") == derived
