"""A unit of work in PostgreSQL: one transaction per call, begun with the call's first write."""

import asyncio
import contextlib
import contextvars
import uuid
from collections.abc import Generator
from typing import Any

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

Connection = AsyncConnection[tuple[Any, ...]]

SET_ORGANIZATION = "select set_config('app.current_company_id', %s, true)"

_current: contextvars.ContextVar["PostgresUnit | None"] = contextvars.ContextVar(
    "unit", default=None
)


def current_unit() -> "PostgresUnit | None":
    """Return the unit of the call that runs here, if there is one."""
    return _current.get()


class PostgresUnit:
    """Implements `kernel.protocols.unit.Unit`."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self.statements = 0
        self._pool = pool
        self._lock = asyncio.Lock()
        self._connection: Connection | None = None
        self._organization_id: uuid.UUID | None = None

    @property
    def connection(self) -> Connection | None:
        """The open transaction's connection; None when nothing was written, or it has ended."""
        return self._connection

    @contextlib.contextmanager
    def entered(self) -> Generator[None]:
        """While the block lasts, whoever asks for a transaction gets this unit's."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    async def begin(self, organization_id: uuid.UUID) -> Connection:
        """Return the transaction's connection, begun now if it is the first write."""
        async with self._lock:
            if self._connection is None:
                connection = await self._pool.getconn()
                try:
                    await connection.execute(SET_ORGANIZATION, (str(organization_id),))
                except BaseException:
                    await self._pool.putconn(connection)
                    raise
                self._connection, self._organization_id = connection, organization_id
            assert self._organization_id == organization_id, "one call, one organization"
            return self._connection

    async def commit(self) -> None:
        """Keep what was written; nothing to do when there is nothing."""
        if (connection := self._leave()) is not None:
            try:
                await connection.commit()
            finally:
                await self._pool.putconn(connection)

    async def rollback(self) -> None:
        """Undo what was written and not committed."""
        if (connection := self._leave()) is not None:
            try:
                await connection.rollback()
            finally:
                await self._pool.putconn(connection)

    def _leave(self) -> Connection | None:
        connection, self._connection = self._connection, None
        return connection
