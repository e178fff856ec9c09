import asyncio

import pytest

from morello.kernel.caller import Call
from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import Busy, Cancelled
from morello.kernel.protocols.quotas import QuotaChange
from morello.pipeline.admit import Admission

from .conftest import OTHER_ORGANIZATION, Corridor, someone


async def _until(condition: object) -> None:
    for _ in range(1000):
        if condition():  # type: ignore[operator] # a small lambda
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to that")


async def test_more_than_the_rate_is_refused_with_a_time_to_come_back() -> None:
    corridor = Corridor(rate_per_s=3.0)
    for _ in range(3):
        await corridor.call("test.echo")
    with pytest.raises(Busy) as caught:
        await corridor.call("test.echo")
    assert 0 < caught.value.retry_after_s <= 1 / 3
    corridor.clock.advance(caught.value.retry_after_s + 0.001)
    await corridor.call("test.echo")


async def test_the_rate_of_one_organization_is_not_another_s() -> None:
    corridor = Corridor(rate_per_s=1.0)
    await corridor.call("test.echo")
    await corridor.call("test.echo", principal=someone(organization_id=OTHER_ORGANIZATION))


async def test_the_queue_is_bounded_and_fair() -> None:
    corridor = Corridor(concurrent_max=1, queue_max=1)
    corridor.counter.gate.clear()
    first = asyncio.create_task(corridor.call("test.echo"))
    await _until(lambda: corridor.counter.calls == 1)
    second = asyncio.create_task(corridor.call("test.echo"))
    await asyncio.sleep(0.01)
    with pytest.raises(Busy):
        await corridor.call("test.echo")
    corridor.counter.gate.set()
    await asyncio.gather(first, second)
    assert corridor.counter.calls == 2
    await corridor.call("test.echo")


async def test_who_waits_too_long_is_told_to_come_back() -> None:
    corridor = Corridor(concurrent_max=1, queue_wait_s=0.01)
    corridor.counter.gate.clear()
    first = asyncio.create_task(corridor.call("test.echo"))
    await _until(lambda: corridor.counter.calls == 1)
    with pytest.raises(Busy):
        await corridor.call("test.echo")
    corridor.counter.gate.set()
    await first


async def test_who_waits_can_still_cancel() -> None:
    corridor = Corridor(concurrent_max=1)
    corridor.counter.gate.clear()
    first = asyncio.create_task(corridor.call("test.echo"))
    await _until(lambda: corridor.counter.calls == 1)
    cancellation = Cancellation()
    waiting = asyncio.create_task(corridor.call("test.echo", cancellation=cancellation))
    await asyncio.sleep(0.01)
    cancellation.cancel()
    with pytest.raises(Cancelled):
        await waiting
    corridor.counter.gate.set()
    await first


async def test_a_nested_call_takes_no_slot() -> None:
    corridor = Corridor(concurrent_max=1, queue_max=0)
    await corridor.call("test.parent", "test.echo")


async def test_a_failed_call_gives_its_slot_back() -> None:
    corridor = Corridor(concurrent_max=1, queue_max=0)
    for _ in range(3):
        with pytest.raises(Exception, match="broke"):
            await corridor.call("test.write", "break")
    await corridor.call("test.echo")


async def test_a_call_that_is_done_is_remembered_by_nothing() -> None:
    corridor = Corridor(concurrent_max=1)
    corridor.counter.gate.clear()
    calls = [
        asyncio.create_task(corridor.call("test.echo", idempotency_key=f"k{number}"))
        for number in range(3)
    ]
    await _until(lambda: corridor.counter.calls == 1)
    corridor.counter.gate.set()
    await asyncio.gather(*calls)
    admission = corridor.pipeline.admission
    assert not admission._slots._places
    assert not admission._turns._locks


async def test_an_organization_s_own_quota_holds() -> None:
    corridor = Corridor(rate_per_s=1.0)
    quotas = corridor.pipeline.admission._quotas
    await quotas.change(someone().organization_id, QuotaChange(rate_per_s=3.0))
    for _ in range(3):
        await corridor.call("test.echo")
    with pytest.raises(Busy):
        await corridor.call("test.echo")


async def test_who_only_watches_takes_no_slot_from_those_who_work() -> None:
    corridor = Corridor(concurrent_max=1, queue_max=0, streams_max=1)
    call = Call(tool="test.tell", given={"text": "a"}, principal=someone())
    watching = corridor.pipeline.stream(call)
    await anext(watching)
    await corridor.call("test.echo")
    with pytest.raises(Busy):
        await corridor.call("test.tell")
    async for _ in watching:
        pass
    await corridor.call("test.tell")


async def test_processes_divide_what_an_organization_may_do() -> None:
    corridor = Corridor(rate_per_s=4.0)
    divided = Admission(corridor.settings, corridor.clock, sharing=2)
    object.__setattr__(corridor.pipeline, "admission", divided)
    for _ in range(2):
        await corridor.call("test.echo")
    with pytest.raises(Busy):
        await corridor.call("test.echo")
