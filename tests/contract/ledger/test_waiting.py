"""Waiting for what comes next, as the live door does."""

import asyncio
import time
from collections.abc import Callable

from morello.kernel.ids import new_id
from morello.ledger.event import NewEvent
from morello.ledger.log import Log

OURS, THEIRS = new_id(), new_id()


async def test_a_reader_wakes_when_the_log_grows(
    log: Log, new_event: Callable[..., NewEvent]
) -> None:
    waiting = asyncio.create_task(log.wait(OURS, after=0, timeout_s=10))
    await log.append(OURS, [new_event()])
    assert not waiting.done()  # position 0 is not beyond 0
    await log.append(OURS, [new_event()])
    started = time.monotonic()
    assert await waiting
    assert time.monotonic() - started < 5


async def test_what_is_there_already_is_not_waited_for(
    log: Log, new_event: Callable[..., NewEvent]
) -> None:
    await log.append(OURS, [new_event()])
    assert await log.wait(OURS, after=-1, timeout_s=10)


async def test_nothing_for_us_is_nothing(log: Log, new_event: Callable[..., NewEvent]) -> None:
    waiting = asyncio.create_task(log.wait(OURS, after=-1, timeout_s=0.2))
    await log.append(THEIRS, [new_event()])
    assert not await waiting
