"""Draining: what runs is finished, and what would never end by itself is ended."""

import contextlib
from collections.abc import AsyncIterator

from morello.kernel.caller import Call, Caller, Reply
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Update
from morello.kernel.errors import NotFound
from morello.kernel.registry import Registry


class Draining:
    """Hands calls on, and ends those of live tools when the server stops. A `Caller`."""

    def __init__(self, caller: Caller, registry: Registry) -> None:
        self._caller = caller
        self._registry = registry
        self._live: set[Cancellation] = set()
        self._ends = False

    def end(self) -> None:
        """End what watches; whoever does comes back, and goes on where it was."""
        self._ends = True
        for each in list(self._live):
            each.cancel()

    async def call(self, call: Call) -> Reply:
        """Run to the end. Raises a MorelloError."""
        return await self._caller.call(call)

    def stream(self, call: Call) -> AsyncIterator[Update | Reply]:
        """Run, yielding updates; the last item is the reply. Raises a MorelloError."""
        items = self._caller.stream(call)
        return self._watched(call, items) if self._is_live(call) else items

    async def _watched(
        self, call: Call, items: AsyncIterator[Update | Reply]
    ) -> AsyncIterator[Update | Reply]:
        self._live.add(call.cancellation)
        try:
            if self._ends:
                call.cancellation.cancel()
            async with contextlib.AsyncExitStack() as stack:
                if (close := getattr(items, "aclose", None)) is not None:
                    stack.push_async_callback(close)
                async for item in items:
                    yield item
        finally:
            self._live.discard(call.cancellation)

    def _is_live(self, call: Call) -> bool:
        try:
            return self._registry.find(call.tool, call.principal.organization_id).is_live
        except NotFound:
            return False
