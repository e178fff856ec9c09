"""Waiting for somebody else's items, until somebody asks to stop."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import Cancelled

Item = TypeVar("Item")


async def until_cancelled(
    items: AsyncGenerator[Item, None], cancellation: Cancellation
) -> AsyncIterator[Item]:
    """Yield the items. Raises Cancelled as soon as it is asked for, having closed the source."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    async with contextlib.aclosing(items):
        with cancellation.listening(lambda: loop.call_soon_threadsafe(stop.set)):
            stopped = asyncio.create_task(stop.wait())
            try:
                while True:
                    following = asyncio.ensure_future(anext(items, None))
                    await asyncio.wait((following, stopped), return_when="FIRST_COMPLETED")
                    if not following.done():
                        following.cancel()
                        await asyncio.gather(following, return_exceptions=True)
                        raise Cancelled
                    if (item := following.result()) is None:
                        return
                    yield item
            finally:
                stopped.cancel()
