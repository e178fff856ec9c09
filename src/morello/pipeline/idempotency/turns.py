"""Turns: within a process, one call at a time works on an idempotency key."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncGenerator

from morello.kernel.caller import Call
from morello.kernel.errors import Busy
from morello.pipeline.idempotency.key import Key
from morello.pipeline.slots import patience

WAITING_MAX = 16
"""Calls that may wait for the first answer of one key."""


@dataclasses.dataclass(slots=True)
class _Lock:
    lock: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock)
    users: int = 0


class Turns:
    """Lets one call at a time work on a key in this process; known while there are any."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._locks: dict[Key, _Lock] = {}

    @contextlib.asynccontextmanager
    async def take(self, key: Key, call: Call) -> AsyncGenerator[None]:
        """Hold a key while the block runs. Raises Busy, Cancelled."""
        held = self._locks.setdefault(key, _Lock())
        if held.users > WAITING_MAX:
            raise Busy("queue_full", queue_max=WAITING_MAX, retry_after_s=1.0)
        held.users += 1
        try:
            async with patience(call.cancellation, self._wait_s):
                await held.lock.acquire()
            try:
                yield
            finally:
                held.lock.release()
        finally:
            held.users -= 1
            if not held.users:
                self._locks.pop(key, None)
