"""What ends a tool's work from outside."""

import asyncio

import pytest

from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import Cancelled, TimedOut
from morello.pipeline.limit import Limit


async def test_a_block_ends_when_its_time_is_over() -> None:
    with pytest.raises(TimedOut), Limit(0.01, "data.list", Cancellation()):
        await asyncio.sleep(10)
    assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr] # there is one


async def test_a_block_ends_when_somebody_asks_from_another_thread() -> None:
    cancellation = Cancellation()
    with pytest.raises(Cancelled), Limit(10, "data.list", cancellation):
        await asyncio.gather(asyncio.to_thread(cancellation.cancel), asyncio.sleep(10))


async def test_nothing_after_the_block_is_ended() -> None:
    cancellation = Cancellation()
    with Limit(0.01, "data.list", cancellation):
        pass
    cancellation.cancel()
    await asyncio.sleep(0.03)


async def test_asked_at_the_last_moment_the_next_wait_is_not_ended() -> None:
    cancellation = Cancellation()
    with Limit(10, "data.list", cancellation):
        cancellation.cancel()  # told in the loop's next round, when the block is over
    await asyncio.sleep(0.01)


async def test_whoever_called_being_cancelled_goes_before_our_own_reason() -> None:
    async def caller() -> None:
        with Limit(0.01, "data.list", Cancellation()):
            try:
                await asyncio.sleep(10)
            finally:
                task.cancel()
                await asyncio.sleep(0)

    task = asyncio.create_task(caller())
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_tools_own_error_is_its_own() -> None:
    with pytest.raises(TimeoutError), Limit(10, "data.list", Cancellation()):
        raise TimeoutError
