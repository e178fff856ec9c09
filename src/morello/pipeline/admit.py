"""Admit: rate, slots, a bounded queue, and the first answer again for a known idempotency key.

Never piles up: what cannot run soon is refused with the time to come back after.
A nested call takes no rate token and no slot, else parents would wait for children for ever.
"""

import asyncio
import collections
import contextlib
import dataclasses
import uuid
from collections.abc import AsyncGenerator

from morello.kernel.caller import Call, Reply
from morello.kernel.clock import Clock
from morello.kernel.errors import Busy
from morello.kernel.settings import Settings
from morello.kernel.tool import Tool
from morello.pipeline.idempotency import Idempotency
from morello.pipeline.rate import Rate


@dataclasses.dataclass(slots=True)
class Ticket:
    """A place in the corridor."""

    reply: Reply | None = None
    """What this call answers. Set already when its idempotency key was seen: then do not run."""


@dataclasses.dataclass(slots=True)
class _Slots:
    """The running and waiting calls of one organization."""

    free: asyncio.Semaphore
    waiting: int = 0


class Admission:
    """Lets calls in, per organization."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._rate = Rate(settings.rate_per_s, clock)
        self._idempotency = Idempotency()
        self._slots: dict[uuid.UUID, _Slots] = collections.defaultdict(
            lambda: _Slots(asyncio.Semaphore(settings.concurrent_max))
        )

    @contextlib.asynccontextmanager
    async def admit(self, call: Call, tool: Tool, input_digest: str) -> AsyncGenerator[Ticket]:
        """Hold a place while the block runs. Raises Busy, or Conflict for a key used otherwise."""
        if call.depth:
            yield Ticket()
            return
        organization_id = call.principal.organization_id
        self._rate.take(organization_id)
        slots, ticket = self._slots[organization_id], Ticket()
        async with contextlib.AsyncExitStack() as held:
            first = None
            if call.idempotency_key is not None:
                once = self._idempotency.once(call, tool.name, input_digest)
                first = await held.enter_async_context(once)
                if first.reply is not None:
                    yield Ticket(dataclasses.replace(first.reply, repeated=True))
                    return
            await self._enter(call, slots)
            held.callback(slots.free.release)
            yield ticket
            if first is not None:
                first.reply = ticket.reply

    async def _enter(self, call: Call, slots: _Slots) -> None:
        if slots.free.locked():
            await self._wait(call, slots)
        else:
            await slots.free.acquire()

    async def _wait(self, call: Call, slots: _Slots) -> None:
        if slots.waiting >= self._settings.queue_max:
            raise Busy("queue_full", queue_max=self._settings.queue_max, retry_after_s=1.0)
        slots.waiting += 1
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None, "admission runs in a task"
        try:
            with call.cancellation.listening(lambda: loop.call_soon_threadsafe(task.cancel)):
                async with asyncio.timeout(self._settings.queue_wait_s):
                    await slots.free.acquire()
        except TimeoutError:
            wait_s = self._settings.queue_wait_s
            raise Busy("queue_wait", wait_s=wait_s, retry_after_s=max(1.0, wait_s)) from None
        except asyncio.CancelledError:
            if call.cancellation.is_set and task.uncancel() == 0:
                call.cancellation.check()
            raise
        finally:
            slots.waiting -= 1
