"""Slots: how many calls of an organization run at once, and how many may wait for that."""

import asyncio
import collections
import contextlib
import dataclasses
import uuid
from collections.abc import AsyncGenerator

from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import Busy


@dataclasses.dataclass(slots=True)
class _Place:
    """The calls of one organization."""

    running: int = 0
    waiting: collections.deque[asyncio.Future[None]] = dataclasses.field(
        default_factory=collections.deque
    )


class Slots:
    """Known of an organization only while it has calls."""

    def __init__(self, *, queue_max: int, wait_s: float) -> None:
        self._queue_max, self._wait_s = queue_max, wait_s
        self._places: dict[uuid.UUID, _Place] = {}

    def hold(
        self, organization_id: uuid.UUID, concurrent_max: int, cancellation: Cancellation
    ) -> "Slot":
        """Return a slot to hold while a block runs, in order of arrival."""
        return Slot(self, organization_id, concurrent_max, cancellation)

    def counts(self) -> tuple[int, int]:
        """Return how many run and how many wait, of all organizations."""
        places = list(self._places.values())
        return sum(each.running for each in places), sum(len(each.waiting) for each in places)

    async def enter(self, slot: "Slot") -> None:
        """Take a slot, waiting for it if need be. Raises Busy, Cancelled."""
        place = self._places.setdefault(slot.organization_id, _Place())
        if place.running < slot.concurrent_max and not place.waiting:
            place.running += 1
            return
        try:
            await self._wait(place, slot.concurrent_max, slot.cancellation)
        except BaseException:
            self._forget_idle(slot.organization_id, place)
            raise

    def leave(self, slot: "Slot") -> None:
        """Give a slot back, to whoever waits."""
        place = self._places[slot.organization_id]
        self._hand_on(place, slot.concurrent_max)
        self._forget_idle(slot.organization_id, place)

    def _forget_idle(self, organization_id: uuid.UUID, place: _Place) -> None:
        if not place.running and not place.waiting:
            self._places.pop(organization_id, None)

    async def _wait(self, place: _Place, concurrent_max: int, cancellation: Cancellation) -> None:
        """Wait for somebody to leave, who hands the slot over."""
        if len(place.waiting) >= self._queue_max:
            raise Busy("queue_full", queue_max=self._queue_max, retry_after_s=1.0)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        place.waiting.append(turn)
        try:
            async with patience(cancellation, self._wait_s):
                await asyncio.wait([turn])
        except BaseException:
            if turn.done():  # it was handed over at the very last moment
                self._hand_on(place, concurrent_max)
            else:
                place.waiting.remove(turn)
            raise

    def _hand_on(self, place: _Place, concurrent_max: int) -> None:
        place.running -= 1
        while place.waiting and place.running < concurrent_max:
            place.waiting.popleft().set_result(None)
            place.running += 1


@dataclasses.dataclass(frozen=True, slots=True)
class Slot:
    """One call's place among those that run. Entering raises Busy, Cancelled."""

    slots: Slots
    organization_id: uuid.UUID
    concurrent_max: int
    cancellation: Cancellation

    async def __aenter__(self) -> None:
        await self.slots.enter(self)

    async def __aexit__(self, *_: object) -> None:
        self.slots.leave(self)


@contextlib.asynccontextmanager
async def patience(cancellation: Cancellation, wait_s: float) -> AsyncGenerator[None]:
    """Let the block wait, but not for ever, and not once its call is cancelled. Raises Busy."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None, "admission runs in a task"
    try:
        with cancellation.listening(lambda: loop.call_soon_threadsafe(task.cancel)):
            async with asyncio.timeout(wait_s):
                yield
    except TimeoutError:
        raise Busy("queue_wait", wait_s=wait_s, retry_after_s=max(1.0, wait_s)) from None
    except asyncio.CancelledError:
        if cancellation.is_set and task.uncancel() == 0:
            cancellation.check()
        raise
