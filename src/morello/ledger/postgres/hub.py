"""The hub: hears how far each log reaches, from the writers of all processes, and wakes who waits.

A notice may be lost with its connection: then everybody is woken, and looks.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Generator, Mapping
from typing import Any

import psycopg
from psycopg import Notify, sql

_RETRY_S = 0.5

_log = logging.getLogger(__name__)

Heard = Callable[[str], None]
"""Takes a notice; an empty one says that some may have been lost."""


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
    """Listens on one connection for all who wait in this process."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiters: dict[uuid.UUID, set[Waiter]] = {}
        self._heard: dict[str, list[Heard]] = {"morello_ledger": [self._read]}
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._task: asyncio.Task[None] | None = None

    def on(self, channel: str, heard: Heard) -> None:
        """Have somebody hear the notices of one more channel. Before the start."""
        assert self._task is None, "the channels are listened to already"
        self._heard.setdefault(channel, []).append(heard)

    async def start(self) -> None:
        """Listen. Raises psycopg.OperationalError when the database cannot be reached."""
        self._connection = await self._connect()
        self._task = asyncio.create_task(self._run(), name="ledger hub")

    async def close(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._connection is not None:
            await self._connection.close()

    def tell(self, sizes: Mapping[uuid.UUID, int]) -> None:
        """Wake those who wait for any of these logs."""
        for organization_id, size in sizes.items():
            for waiter in self._waiters.get(organization_id, ()):
                waiter.tell(size)

    @contextlib.contextmanager
    def waiting(self, organization_id: uuid.UUID) -> Generator[Waiter]:
        """Be woken while the block lasts."""
        waiter = Waiter()
        waiters = self._waiters.setdefault(organization_id, set())
        waiters.add(waiter)
        try:
            yield waiter
        finally:
            waiters.discard(waiter)
            if not waiters and self._waiters.get(organization_id) is waiters:
                del self._waiters[organization_id]

    async def _run(self) -> None:
        while True:
            try:
                if self._connection is None:
                    self._connection = await self._connect()
                    self._wake_all()
                async for notice in self._connection.notifies():
                    self._take(notice)
            except psycopg.Error as error:
                _log.warning("the ledger's notices were lost: %s", error)
            if self._connection is not None:
                with contextlib.suppress(psycopg.Error):
                    await self._connection.close()
                self._connection = None
            await asyncio.sleep(_RETRY_S)

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        connection = await psycopg.AsyncConnection.connect(
            self._url,
            autocommit=True,
            options="-c role=morello_app",
            application_name="morello hub",
            connect_timeout=5,
        )
        for channel in self._heard:
            await connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
        return connection

    def _take(self, notice: Notify) -> None:
        for heard in self._heard.get(notice.channel, ()):
            heard(notice.payload)

    def _wake_all(self) -> None:
        for channel in self._heard.values():
            for heard in channel:
                heard("")

    def _read(self, notice: str) -> None:
        """Take `<organization in hex>:<size>`, separated by spaces."""
        if not notice:
            self.tell(dict.fromkeys(list(self._waiters), -1))
            return
        for part in notice.split(" "):
            organization, _, size = part.partition(":")
            self.tell({uuid.UUID(hex=organization): int(size)})
