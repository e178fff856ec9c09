"""Callers who were known just now: so that a request does not have to ask the database.

What ends a credential empties it at once, here and (by PostgreSQL's NOTIFY) in every other process;
and nothing in it is believed for longer than two seconds.
"""

import asyncio
import contextlib
import dataclasses
from collections.abc import Awaitable, Callable

from morello.kernel.clock import Clock
from morello.kernel.principal import Principal

FRESH_S = 2.0
KNOWN_MAX = 10_000


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """A caller, and until when that is believed (the clock's monotonic seconds)."""

    principal: Principal
    until_s: float


LookUp = Callable[[], Awaitable[tuple[Principal, float]]]
"""Finds a caller, and for how many seconds at most that may be believed."""


class Known:
    """The callers of this process, by the digest of what they showed."""

    needs_server = True

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._asked: dict[str, asyncio.Task[Principal]] = {}
        self._emptied = 0

    def get(self, digest: str) -> Principal | None:
        """Return who showed this just now, if it is still believed."""
        entry = self._entries.get(digest)
        if entry is None or entry.until_s <= self._clock.monotonic():
            return None
        return entry.principal

    async def find(self, digest: str, look_up: LookUp) -> Principal:
        """Return who it is; many who ask at once look once. Raises what looking raises."""
        task = self._asked.get(digest)
        if task is None:
            task = asyncio.create_task(self._look(digest, look_up))
            self._asked[digest] = task
            task.add_done_callback(lambda done: self._answered(digest, done))
        return await asyncio.shield(task)

    def empty(self) -> None:
        """Believe nothing any more: somebody's credential, role or organization changed."""
        self._entries.clear()
        self._asked.clear()
        self._emptied += 1

    async def _look(self, digest: str, look_up: LookUp) -> Principal:
        began = self._emptied
        principal, lasts_s = await look_up()
        if began == self._emptied:  # else what was read may be what just changed
            while len(self._entries) >= KNOWN_MAX:
                self._entries.pop(next(iter(self._entries)))
            until_s = self._clock.monotonic() + min(FRESH_S, lasts_s)
            self._entries.pop(digest, None)
            self._entries[digest] = Entry(principal, until_s)
        return principal

    def _answered(self, digest: str, done: asyncio.Task[Principal]) -> None:
        if self._asked.get(digest) is done:
            del self._asked[digest]
        with contextlib.suppress(asyncio.CancelledError):
            done.exception()  # whoever asked has it; if they all left, nobody needs it
