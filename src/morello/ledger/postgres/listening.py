"""Listening: one connection that hears notices of PostgreSQL, and comes back when it is lost."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

_RETRY_S = 0.5

_log = logging.getLogger(__name__)

Heard = Callable[[str], None]
"""Takes a notice; an empty one says that some may have been lost."""


class Listening:
    """Hears channels until it is closed. May be started again."""

    def __init__(self, url: str, heard: Mapping[str, Sequence[Heard]]) -> None:
        self._url = url
        self._heard = heard
        self._task: asyncio.Task[None] | None = None

    @property
    def is_on(self) -> bool:
        """Whether it listens, or tries to."""
        return self._task is not None

    def start(self, connection: psycopg.AsyncConnection[Any] | None = None) -> None:
        """Begin, on a connection that `connect` made or with one of its own."""
        assert self._task is None, "it listens already"
        self._task = asyncio.create_task(self._run(connection), name="ledger listening")

    async def close(self) -> None:
        """Stop."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def connect(self) -> psycopg.AsyncConnection[Any]:
        """Listen from now on. Raises psycopg.OperationalError without an answer."""
        connection = await psycopg.AsyncConnection.connect(
            self._url,
            autocommit=True,
            options="-c role=morello_app",
            application_name="morello hub",
            connect_timeout=5,
        )
        try:
            for channel in self._heard:
                await connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
        except BaseException:  # cancelled, too
            await connection.close()
            raise
        return connection

    async def _run(self, connection: psycopg.AsyncConnection[Any] | None) -> None:
        while True:
            try:
                if connection is None:
                    connection = await self.connect()
                    self._tell_all()
                async for notice in connection.notifies():
                    for heard in self._heard.get(notice.channel, ()):
                        heard(notice.payload)
            except psycopg.Error as error:
                _log.warning("the ledger's notices were lost: %s", error)
            finally:
                if connection is not None:
                    with contextlib.suppress(psycopg.Error):
                        await connection.close()
                connection = None
            await asyncio.sleep(_RETRY_S)

    def _tell_all(self) -> None:
        for channel in self._heard.values():
            for heard in channel:
                heard("")
