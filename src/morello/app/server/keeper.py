"""The keeper: sees to it that one process of the server is there, and starts it again if not."""

import asyncio
import contextlib
import dataclasses
import datetime
from collections.abc import Awaitable, Callable

from morello.app.server.charge import Charge, Said, Word
from morello.app.server.child import Child
from morello.kernel.clock import Clock
from morello.kernel.errors import MorelloError, Unavailable, from_message
from morello.kernel.messages import Message

_PAUSE_S_FIRST = 0.2
_PAUSE_S_MAX = 30.0
_STEADY_S = 10.0
"""A process that lived this long begins with a short pause again."""
READY_S_MAX = 170.0
"""Longest a process may take until it is ready; a first start imports and analyses the sample."""


@dataclasses.dataclass(slots=True, kw_only=True)
class Keeper:
    """One process by name, and how it is started and charged."""

    name: str
    start: Callable[[], Awaitable[Child]]
    clock: Clock
    tell: Callable[[Message], None]
    changed: Callable[[], None]
    """Called when another process has taken the place of the one before."""
    child: Child | None = None
    ready: bool = False
    _task: asyncio.Task[None] | None = None
    _charge: Charge | None = None

    async def warm(self) -> None:
        """Start the process; it imports what it needs until it is told what to do."""
        await self._start()

    async def begin(self, charge: Charge) -> Word:
        """Charge it, wait until it is ready, and keep it from then on.

        Raises what it says it failed with, and Unavailable when it ends without a word.
        """
        assert self.child is not None, "warm comes first"
        self._charge = charge
        words = await self._begun(self.child, charge)
        self._task = asyncio.create_task(self._keep(), name=f"keep {self.name}")
        return words

    async def stop(self, *, within_s: float) -> None:
        """Have it finish what it does, then end it."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self.child is not None:
            await self.child.stop(within_s=within_s)

    def kill(self) -> None:
        """End it by force; it is not started again."""
        if self._task is not None:
            self._task.cancel()
        if self.child is not None:
            self.child.kill()

    async def _start(self) -> None:
        """Start a process, and know it even when asked to stop while it starts."""
        starting = asyncio.ensure_future(self.start())
        try:
            self.child = await asyncio.shield(starting)
        except asyncio.CancelledError:
            self.child = await starting
            raise

    async def _begun(self, child: Child, charge: Charge) -> Word:
        await child.begin(charge)
        try:
            async with asyncio.timeout(READY_S_MAX):
                word = await self._first_answer(child)
        except TimeoutError:
            child.kill()
            raise Unavailable("server.slow", part=self.name, seconds=READY_S_MAX) from None
        self.ready = True
        self.changed()
        return word

    async def _first_answer(self, child: Child) -> Word:
        async for word in child.words():
            if word.said is Said.READY:
                return word
            if word.said is Said.FAILED and word.message is not None:
                raise from_message(word.message)
            if word.message is not None:
                self.tell(word.message)
        raise Unavailable("server.ended", part=self.name, status=await child.ended())

    async def _keep(self) -> None:
        assert self._charge is not None, "begin comes first"
        again, pause_s = self._charge.model_copy(update={"is_first": False}), _PAUSE_S_FIRST
        while True:
            assert self.child is not None, "there is one from the beginning"
            status = await self.child.ended()
            self.ready = False
            pause_s = _PAUSE_S_FIRST if self._was_steady(self.child.since) else pause_s
            self.tell(Message(id="server.again", parameters=self._said(status, pause_s)))
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _PAUSE_S_MAX)
            await self._start()
            assert self.child is not None, "just started"
            try:
                await self._begun(self.child, again)
            except MorelloError as error:
                self.tell(error.message)
            else:
                self.tell(Message(id="server.back", parameters={"part": self.name}))

    def _was_steady(self, since: datetime.datetime) -> bool:
        return (self.clock.now() - since).total_seconds() > _STEADY_S

    def _said(self, status: int, pause_s: float) -> dict[str, object]:
        return {"part": self.name, "status": status, "pause_s": pause_s}
