"""Connections that are ready: psycopg's pool mends and grows, and we keep those in use at hand.

A connection that goes back and comes out again at once costs as much in the pool as a small
statement does; so what comes back is handed out again, unless somebody waits in the pool's queue.
"""

import asyncio
import contextlib
import select
from collections.abc import AsyncIterator
from typing import Self

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from morello.kernel.errors import Unavailable
from morello.storage.postgres.exchange import Connection
from morello.storage.postgres.trouble import STATEMENT_TIMEOUT_S, troubles_told

CONNECTION_WAIT_S = 10.0
IDLE_IN_TRANSACTION_TIMEOUT_S = 60
_OPEN = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


class Connections:
    """Up to a number of connections of one role, each in no transaction when it is taken."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool
        self._idle: list[Connection] = []
        self._waiting = 0

    @classmethod
    async def open(cls, url: str, role: str, connections_max: int) -> Self:
        """Connect. Raises Unavailable without an answer."""
        options = (
            f"-c role={role} -c timezone=UTC -c statement_timeout={STATEMENT_TIMEOUT_S}s"
            f" -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT_S}s"
        )
        pool = AsyncConnectionPool(
            url,
            connection_class=Connection,
            kwargs={
                "options": options,
                "application_name": "morello",
                "autocommit": True,
                # What psycopg prepares itself it forgets with a rollback, by DEALLOCATE ALL: that
                # would take what `exchange` has prepared along.
                "prepare_threshold": None,
            },
            min_size=1,
            max_size=connections_max,
            timeout=CONNECTION_WAIT_S,
            open=False,
        )
        try:
            await pool.open(wait=True, timeout=CONNECTION_WAIT_S)
        except PoolTimeout:
            await pool.close()
            raise Unavailable("database") from None
        return cls(pool)

    async def close(self) -> None:
        """Close every connection."""
        while self._idle:
            await self._pool.putconn(self._idle.pop())
        await self._pool.close()

    def figures(self) -> tuple[int, int, int]:
        """Return how many there are, how many of them are idle, and how many callers wait."""
        known = self._pool.get_stats()
        idle = known.get("pool_available", 0) + len(self._idle)
        return known.get("pool_size", 0), idle, self._waiting

    async def take(self) -> Connection:
        """Return a connection that lives, waiting for one if need be. Raises Unavailable."""
        while True:
            connection = self._idle.pop() if self._idle else await self._from_pool()
            if _is_quiet(connection):
                return connection
            await asyncio.shield(self._throw_away(connection))

    async def _throw_away(self, connection: Connection) -> None:
        await connection.close()
        await self._pool.putconn(connection)  # which makes another

    async def _from_pool(self) -> Connection:
        self._waiting += 1
        try:
            with troubles_told():
                return await self._pool.getconn()
        finally:
            self._waiting -= 1

    async def give_back(self, connection: Connection) -> None:
        """Take a connection back; what it has open is undone, even if the caller is cancelled."""
        if connection.pgconn.transaction_status == TransactionStatus.IDLE and not self._waiting:
            self._idle.append(connection)
        else:
            await asyncio.shield(self._put_away(connection))

    async def _put_away(self, connection: Connection) -> None:
        if connection.pgconn.transaction_status in _OPEN:
            with contextlib.suppress(psycopg.Error):  # then the pool throws it away
                await connection.rollback()
        await self._pool.putconn(connection)

    @contextlib.asynccontextmanager
    async def lend(self) -> AsyncIterator[Connection]:
        """Give a connection for a block. Raises our errors for the database's own troubles."""
        connection = await self.take()
        try:
            with troubles_told():
                yield connection
        finally:
            await self.give_back(connection)


def _is_quiet(connection: Connection) -> bool:
    """Tell whether nothing came while it was idle: what comes then is the server's goodbye."""
    watcher = select.poll()
    watcher.register(connection.fileno(), select.POLLIN)
    return not connection.closed and not watcher.poll(0)
