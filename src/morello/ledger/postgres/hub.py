"""The hub: hears how far each log reaches, from the writers of all processes, and wakes who waits.

A notice may be lost with its connection: then everybody is woken, and looks. Every batch of every
writer gives a notice, so they are only listened to while somebody waits; the other channels, which
are seldom used, always.
"""

import asyncio
import contextlib
import uuid
from collections.abc import Generator, Mapping

from morello.ledger.postgres.listening import Heard, Listening

__all__ = ["Heard", "Hub", "Waiter"]

LINGER_S = 10.0
"""How long growth is listened to after the last who waited, since somebody may come again."""
_GROWTH = "morello_ledger"


class Waiter:
    """Somebody who waits for one organization's log to grow."""

    def __init__(self) -> None:
        self.size = -1
        """How far the log reaches, as far as was told."""
        self._event = asyncio.Event()

    def tell(self, size: int) -> None:
        """Wake them."""
        self.size = max(self.size, size)
        self._event.set()

    async def woken(self) -> None:
        """Wait to be told something."""
        await self._event.wait()
        self._event.clear()


class Hub:
    """Listens for all who wait in this process."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiters: dict[uuid.UUID, set[Waiter]] = {}
        self._heard: dict[str, list[Heard]] = {}
        self._always = Listening(url, self._heard)
        self._growth = self._of_growth()
        self._ending: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()

    def on(self, channel: str, heard: Heard) -> None:
        """Have somebody hear the notices of one more channel. Before the start."""
        assert not self._always.is_on, "the channels are listened to already"
        self._heard.setdefault(channel, []).append(heard)

    async def start(self) -> None:
        """Listen. Raises psycopg.OperationalError when the database cannot be reached."""
        self._always.start(await self._always.connect())

    async def close(self) -> None:
        """Stop listening."""
        if self._ending is not None:
            self._ending.cancel()
        await self._always.close()
        await self._growth.close()
        await asyncio.gather(*self._closing)

    def tell(self, sizes: Mapping[uuid.UUID, int]) -> None:
        """Wake those who wait for any of these logs."""
        for organization_id, size in sizes.items():
            for waiter in self._waiters.get(organization_id, ()):
                waiter.tell(size)

    @contextlib.contextmanager
    def waiting(self, organization_id: uuid.UUID) -> Generator[Waiter]:
        """Be woken while the block lasts; once more when the notices begin to be heard."""
        waiter = Waiter()
        waiters = self._waiters.setdefault(organization_id, set())
        waiters.add(waiter)
        self._begin()
        try:
            yield waiter
        finally:
            waiters.discard(waiter)
            if not waiters and self._waiters.get(organization_id) is waiters:
                del self._waiters[organization_id]
            if not self._waiters:
                self._ending = asyncio.get_running_loop().call_later(LINGER_S, self._end)

    def _begin(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        if not self._growth.is_on:
            self._growth.start()

    def _end(self) -> None:
        over, self._growth = self._growth, self._of_growth()
        closing = asyncio.create_task(over.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    def _of_growth(self) -> Listening:
        return Listening(self._url, {_GROWTH: [self._read]})

    def _read(self, notice: str) -> None:
        """Take `<organization in hex>:<size>`, separated by spaces."""
        if not notice:
            self.tell(dict.fromkeys(list(self._waiters), -1))
            return
        for part in notice.split(" "):
            organization, _, size = part.partition(":")
            self.tell({uuid.UUID(hex=organization): int(size)})
