"""A unit of work in PostgreSQL: one transaction per call, begun with the call's first write."""

import asyncio
import contextlib
import contextvars
import uuid
from collections.abc import Generator

from psycopg import AsyncCursor, errors
from psycopg.pq import TransactionStatus

from morello.storage.postgres.connections import Connections
from morello.storage.postgres.exchange import Connection, tally
from morello.storage.postgres.trouble import troubles_told

__all__ = ["Connection", "PostgresUnit", "begin", "commit", "current_unit"]

_current: contextvars.ContextVar["PostgresUnit | None"] = contextvars.ContextVar(
    "unit", default=None
)


def current_unit() -> "PostgresUnit | None":
    """Return the unit of the call that runs here, if there is one."""
    return _current.get()


async def begin(connection: Connection, organization_id: uuid.UUID) -> None:
    """Begin a transaction under an organization, in one round trip that nobody counts."""
    together = f"begin; set local app.current_company_id = '{organization_id}'"
    await AsyncCursor(connection).execute(together)


async def commit(connection: Connection) -> None:
    """Keep what was done. Raises psycopg.Error where PostgreSQL would undo it without a word."""
    if connection.pgconn.transaction_status == TransactionStatus.INERROR:
        raise errors.InFailedSqlTransaction("a statement failed, so nothing can be kept")
    await connection.commit()


class PostgresUnit:
    """Implements `kernel.protocols.unit.Unit`."""

    def __init__(self, connections: Connections) -> None:
        self.statements = 0
        self._connections = connections
        self._lock = asyncio.Lock()
        self._connection: Connection | None = None
        self._organization_id: uuid.UUID | None = None

    @property
    def connection(self) -> Connection | None:
        """The open transaction's connection; None when nothing was written, or it has ended."""
        return self._connection

    def connection_for(self, organization_id: uuid.UUID) -> Connection | None:
        """Return the open transaction's connection if it is under this organization."""
        return self._connection if self._organization_id == organization_id else None

    @contextlib.contextmanager
    def entered(self) -> Generator[None]:
        """While the block lasts, whoever asks for a transaction gets this unit's."""
        unit, counting = _current.set(self), tally.set(self)
        try:
            yield
        finally:
            _current.reset(unit)
            tally.reset(counting)

    async def begin(self, organization_id: uuid.UUID) -> Connection:
        """Return the transaction's connection, begun now if it is the first write.

        Raises Unavailable when the database cannot be reached.
        """
        async with self._lock:
            if self._connection is None:
                connection = await self._connections.hold()
                try:
                    with troubles_told():
                        await begin(connection, organization_id)
                except BaseException:
                    await self._connections.let_go(connection)
                    raise
                self._connection, self._organization_id = connection, organization_id
            assert self._organization_id == organization_id, "one call, one organization"
            return self._connection

    async def commit(self) -> None:
        """Keep what was written; nothing to do when there is nothing.

        Raises Unavailable when the database is lost: it may have been kept or not. Raises
        psycopg.Error when a statement failed and was passed over, so that nothing can be kept.
        """
        if (connection := self._leave()) is not None:
            try:
                with troubles_told():
                    await commit(connection)
            finally:
                await self._connections.let_go(connection)

    async def rollback(self) -> None:
        """Undo what was written and not committed."""
        if (connection := self._leave()) is not None:
            await self._connections.let_go(connection)

    def _leave(self) -> Connection | None:
        connection, self._connection = self._connection, None
        return connection
