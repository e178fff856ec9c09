"""Person keys are wrapped, and gone everywhere once they are destroyed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from morello.kernel.errors import Unavailable
from morello.kernel.ids import new_id
from morello.ledger.event import NewEvent
from morello.ledger.postgres.log import PostgresLog
from morello.ledger.postgres.person_keys import PostgresPersonKeys

OURS, THEIRS = new_id(), new_id()
New = Callable[..., NewEvent]
Open = Callable[[], Awaitable[PostgresLog]]
Superuser = Callable[..., Awaitable[list[tuple[Any, ...]]]]


async def test_everybody_makes_the_same_key(open_log: Open) -> None:
    keys = [(await open_log()).sealing.keys for _ in range(2)]
    made = await asyncio.gather(*[keys[each % 2].find_or_make(OURS, "ann") for each in range(8)])
    assert len({each.secret for each in made}) == 1
    assert (await keys[0].find_or_make(THEIRS, "ann")).secret != made[0].secret


async def test_a_key_is_kept_wrapped(log: PostgresLog, superuser: Superuser) -> None:
    made = await log.sealing.keys.find_or_make(OURS, "ann")
    ((wrapped,),) = await superuser("select secret from person_key")
    assert made.secret not in wrapped
    await superuser("update person_key set person = 'bob'")
    with pytest.raises(Unavailable):
        await log.sealing.keys.find(OURS, "bob")


async def test_what_one_process_destroys_no_other_seals_with(open_log: Open) -> None:
    log, other = await open_log(), await open_log()
    old = await other.sealing.keys.find_or_make(OURS, "ann")
    assert await log.sealing.keys.destroy(OURS, "ann")
    assert not await log.sealing.keys.destroy(OURS, "ann")
    assert await other.sealing.keys.find(OURS, "ann") is None
    await asyncio.sleep(0.2)
    assert (await other.sealing.keys.find_or_make(OURS, "ann")).secret != old.secret


async def test_lost_notices_forget_all(log: PostgresLog) -> None:
    keys = log.sealing.keys
    assert isinstance(keys, PostgresPersonKeys)
    await keys.find_or_make(OURS, "ann")
    keys.heard("")
    assert keys._known == {}
