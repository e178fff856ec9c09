"""The database of a server: the embedded PostgreSQL, or one that the settings name."""

import asyncio
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from morello.kernel.errors import MorelloError
from morello.kernel.messages import Message
from morello.kernel.protocols.server import Part
from morello.storage.postgres.postmaster import find_postmaster
from morello.storage.postgres.server import EmbeddedServer
from morello.storage.postgres.urls import Urls, address

_LOOK_S = 0.5
_NAME = "postgres"


class Postgres(Protocol):
    """A database that is there while the server runs."""

    async def start(self) -> Urls:
        """See to it that it answers; return where it is. Raises Unavailable."""
        ...

    async def keep(self, tell: Callable[[Message], None], changed: Callable[[], None]) -> None:
        """See to it that it stays, until cancelled."""
        ...

    async def stop(self) -> None:
        """Let go of it."""
        ...

    def part(self) -> Part:
        """Say what of it runs here."""
        ...


class Embedded:
    """Our own, started and stopped with the server."""

    def __init__(self, home: Path) -> None:
        self._server = EmbeddedServer(home)
        self._data = home / "postgres" / "data"

    async def start(self) -> Urls:
        """Start it, or find it where it was left."""
        return await asyncio.to_thread(self._server.start)

    async def keep(self, tell: Callable[[Message], None], changed: Callable[[], None]) -> None:
        """Start it again when it dies."""
        while True:
            await asyncio.sleep(_LOOK_S)
            if await asyncio.to_thread(self._server.is_running):
                continue
            tell(Message(id="server.postgres_again"))
            try:
                await self.start()
            except MorelloError as error:
                tell(error.message)
            else:
                changed()

    async def stop(self) -> None:
        """Stop it; what was committed is kept."""
        await asyncio.to_thread(self._server.stop)

    def part(self) -> Part:
        """Say which process it is."""
        process = find_postmaster(self._data)
        if process is None:
            return Part(name=_NAME, problem=Message(id="server.gone"))
        since = datetime.datetime.fromtimestamp(process.create_time(), datetime.UTC)
        version = (self._data / "PG_VERSION").read_text(encoding="ascii").strip()
        return Part(name=_NAME, pid=process.pid, since=since, version=version)


class Given:
    """Somebody else's: only its address is ours."""

    def __init__(self, urls: Urls) -> None:
        self._urls = urls

    async def start(self) -> Urls:
        """Say where it is."""
        return self._urls

    async def keep(self, tell: Callable[[Message], None], changed: Callable[[], None]) -> None:
        """Leave it to whoever runs it."""

    async def stop(self) -> None:
        """Leave it running."""

    def part(self) -> Part:
        """Say where it is, without what opens it."""
        return Part(name=_NAME, address=address(self._urls.app))
