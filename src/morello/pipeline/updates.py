"""Updates on their way from the one who works to the one who watches."""

import asyncio
import collections
from typing import Protocol

from morello.kernel.context import Progress, Update

WAITING_MAX = 256


class Audience(Protocol):
    """Whoever is told what happens in a call."""

    async def tell(self, update: Update) -> None:
        """Take an update, waiting for room unless it is progress."""
        ...

    def push(self, update: Progress) -> None:
        """Take progress at once, or leave it out."""
        ...


class Nobody:
    """Watches nothing: whoever called waits for the result alone."""

    async def tell(self, update: Update) -> None:
        """Look away."""

    def push(self, update: Progress) -> None:
        """Look away."""


class Updates:
    """Implements `Audience` for one who takes updates one by one.

    When they do not keep up, old progress gives way and everything else waits for room.
    """

    def __init__(self) -> None:
        self._waiting: collections.deque[Update] = collections.deque()
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()
        self._finished = False

    async def tell(self, update: Update) -> None:
        """Take an update, waiting for room unless it is progress."""
        if isinstance(update, Progress):
            self.push(update)
            return
        while not self._has_room():
            self._taken.clear()
            await self._taken.wait()
        self._add(update)

    def push(self, update: Progress) -> None:
        """Take progress at once, or leave it out."""
        if self._has_room():
            self._add(update)

    def finish(self, _: object = None) -> None:
        """Be told that there will be no more."""
        self._finished = True
        self._changed.set()

    async def next(self) -> Update | None:
        """Return the next update, or None after the last."""
        while not self._waiting:
            if self._finished:
                return None
            self._changed.clear()
            await self._changed.wait()
        self._taken.set()
        return self._waiting.popleft()

    def _has_room(self) -> bool:
        if len(self._waiting) < WAITING_MAX:
            return True
        oldest = next((each for each in self._waiting if isinstance(each, Progress)), None)
        if oldest is None:
            return False
        self._waiting.remove(oldest)
        return True

    def _add(self, update: Update) -> None:
        self._waiting.append(update)
        self._changed.set()
