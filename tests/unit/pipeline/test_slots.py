"""Slots are handed on in order, never lost, and never given to more than may have one."""

import asyncio
import contextlib
import uuid

import numpy as np
import pytest

from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import Busy, Cancelled
from morello.pipeline.slots import Slots

ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


async def test_whoever_waits_longest_comes_first() -> None:
    slots, came = Slots(queue_max=9, wait_s=5.0), list[int]()

    async def take(number: int) -> None:
        async with slots.hold(ONE, 2, Cancellation()):
            came.append(number)
            await asyncio.sleep(0.001)

    await asyncio.gather(*(take(number) for number in range(9)))
    assert came == list(range(9))
    assert not slots._places


async def test_organizations_do_not_wait_for_each_other() -> None:
    slots = Slots(queue_max=0, wait_s=5.0)
    async with slots.hold(ONE, 1, Cancellation()), slots.hold(OTHER, 1, Cancellation()):
        with pytest.raises(Busy):
            async with slots.hold(ONE, 1, Cancellation()):
                pass
    assert not slots._places


async def test_no_slot_is_lost_whatever_becomes_of_those_who_wait() -> None:
    choose = np.random.default_rng(11)
    slots = Slots(queue_max=50, wait_s=0.004)
    running = most = 0

    async def take(cancellation: Cancellation, hold_s: float) -> None:
        nonlocal running, most
        with contextlib.suppress(Busy, Cancelled):
            async with slots.hold(ONE, 3, cancellation):
                running += 1
                most = max(most, running)
                try:
                    await asyncio.sleep(hold_s)
                finally:
                    running -= 1

    for _ in range(20):
        cancellations = [Cancellation() for _ in range(30)]
        tasks = [asyncio.create_task(take(each, choose.random() / 500)) for each in cancellations]
        for cancellation, task in zip(cancellations, tasks, strict=True):
            await asyncio.sleep(choose.random() / 5000)
            match choose.integers(3):
                case 0:
                    cancellation.cancel()
                case 1:
                    task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert (running, most) == (0, 3)
    assert not slots._places
