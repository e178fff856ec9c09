"""Connections that are ready: psycopg's pool makes and mends them, and we hand them on.

A connection that goes back and comes out again at once costs as much in the pool as a small
statement does; so one that is whole stays out, and goes straight to whoever waits the longest.
"""

import asyncio
import collections
import contextlib
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
SPARE = 2
"""Connections that calls may not hold: a call that holds one may need a second for a moment."""
_OPEN = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


class Connections:
    """Up to a number of connections of one role, each in no transaction when it is taken."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool
        self._idle: list[Connection] = []
        self._out = 0
        """Those that are not in the pool: lent, idle here, or on their way."""
        self._waiting: collections.deque[asyncio.Future[Connection | None]] = collections.deque()
        self._to_hold = asyncio.Semaphore(max(1, pool.max_size - SPARE))

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
        return known.get("pool_size", 0), idle, len(self._waiting)

    async def take(self) -> Connection:
        """Return a connection that lives, waiting for one if need be. Raises Unavailable."""
        while True:
            if self._idle:
                connection: Connection | None = self._idle.pop()
            elif self._out < self._pool.max_size:
                connection = await self._from_pool()
            else:
                connection = await self._handed_on()
            if connection is not None:
                if connection.is_quiet():
                    return connection
                await asyncio.shield(self._put_away(connection))

    async def hold(self) -> Connection:
        """Return a connection for as long as a call writes. Raises Unavailable."""
        try:
            async with asyncio.timeout(CONNECTION_WAIT_S):
                await self._to_hold.acquire()
        except TimeoutError:
            raise Unavailable("database") from None
        try:
            return await self.take()
        except BaseException:
            self._to_hold.release()
            raise

    async def let_go(self, connection: Connection) -> None:
        """Take back what a call held."""
        self._to_hold.release()
        await self.give_back(connection)

    async def _from_pool(self) -> Connection:
        self._out += 1
        try:
            with troubles_told():
                return await self._pool.getconn()
        except BaseException:
            self._is_back()
            raise

    async def _handed_on(self) -> Connection | None:
        """Wait in line; None when there is room in the pool instead. Raises Unavailable."""
        loop = asyncio.get_running_loop()
        place: asyncio.Future[Connection | None] = loop.create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout(CONNECTION_WAIT_S):
                return await place
        except BaseException as error:
            await self._leave(place)
            if isinstance(error, TimeoutError):
                raise Unavailable("database") from None
            raise

    async def _leave(self, place: asyncio.Future[Connection | None]) -> None:
        """Step out of the line, and pass on what was handed on at that very moment."""
        if place.cancelled():
            with contextlib.suppress(ValueError):  # whoever handed on has passed it over
                self._waiting.remove(place)
        elif (connection := place.result()) is not None:
            await self.give_back(connection)
        else:
            self._hand_on(None)

    def _hand_on(self, connection: Connection | None) -> bool:
        """Give a connection, or word that there is room, to who waits the longest."""
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(connection)
                return True
        return False

    def _is_back(self) -> None:
        self._out -= 1
        self._hand_on(None)

    async def give_back(self, connection: Connection) -> None:
        """Take a connection back; what it has open is undone, even if the caller is cancelled."""
        if connection.pgconn.transaction_status != TransactionStatus.IDLE:
            await asyncio.shield(self._put_away(connection))
        elif not self._hand_on(connection):
            self._idle.append(connection)

    async def _put_away(self, connection: Connection) -> None:
        try:
            if connection.pgconn.transaction_status in _OPEN:
                with contextlib.suppress(psycopg.Error):  # then the pool throws it away
                    await connection.rollback()
            elif not connection.is_quiet():
                await connection.close()
            await self._pool.putconn(connection)  # which makes another of one that is closed
        finally:
            self._is_back()

    @contextlib.asynccontextmanager
    async def lend(self) -> AsyncIterator[Connection]:
        """Give a connection for a block. Raises our errors for the database's own troubles."""
        connection = await self.take()
        try:
            with troubles_told():
                yield connection
        finally:
            await self.give_back(connection)
