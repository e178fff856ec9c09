"""The hub wakes who waits, in whichever process the log grew."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from morello.kernel.ids import new_id
from morello.ledger.event import NewEvent
from morello.ledger.postgres import hub
from morello.ledger.postgres.log import PostgresLog

OURS = new_id()
New = Callable[..., NewEvent]
Open = Callable[[], Awaitable[PostgresLog]]
Disconnect = Callable[[str], Awaitable[None]]


async def test_another_process_is_heard(open_log: Open, new_event: New) -> None:
    log, other = await open_log(), await open_log()
    waiting = asyncio.create_task(other.wait(OURS, after=-1, timeout_s=5))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await log.append(OURS, [new_event()])
    assert await waiting


async def test_a_lost_connection_wakes_everybody(
    log: PostgresLog, open_log: Open, new_event: New, disconnect: Disconnect
) -> None:
    other = await open_log()
    waiting = asyncio.create_task(other.wait(OURS, after=-1, timeout_s=10))
    await asyncio.sleep(0.1)
    await disconnect("morello hub")
    await log.append(OURS, [new_event()])
    assert await waiting


async def test_who_waits_is_forgotten(log: PostgresLog) -> None:
    assert not await log.wait(OURS, after=-1, timeout_s=0.05)
    assert log._hub._waiters == {}


async def test_growth_is_listened_to_only_while_somebody_waits(
    log: PostgresLog, open_log: Open, new_event: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LINGER_S", 0.05)
    other = await open_log()
    assert not hears_growth(other)
    for size in (0, 1):  # and again, once it has ended
        waiting = asyncio.create_task(other.wait(OURS, after=size - 1, timeout_s=5))
        await asyncio.sleep(0.1)
        assert hears_growth(other)
        await log.append(OURS, [new_event()])
        assert await waiting
        await asyncio.sleep(0.2)
        assert not hears_growth(other)


def hears_growth(log: PostgresLog) -> bool:
    return log._hub._growth.is_on
