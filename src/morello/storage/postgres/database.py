"""Connections to PostgreSQL, each transaction under one organization.

    rows = await database.fetch(organization_id, "select ... where name = %s", (name,), Dataset)
    async with database.transaction(organization_id) as connection: ...

Row-level security reads the organization from the transaction (`app.current_company_id`); a
statement without one sees nothing. Inside a call both join the call's unit of work, so that its
writes commit with its record; `alone=True` is for what has to last whatever becomes of the call.
"""

import contextlib
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Any, LiteralString, Self, TypeVar

import psycopg
from psycopg.rows import class_row, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from morello.kernel.errors import Unavailable
from morello.storage.postgres.unit import (
    SET_ORGANIZATION,
    Connection,
    PostgresUnit,
    current_unit,
)

CONNECTION_WAIT_S = 10.0
STATEMENT_TIMEOUT_S = 30
IDLE_IN_TRANSACTION_TIMEOUT_S = 60

Row = TypeVar("Row")


class Database:
    """A pool of connections of one role."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool

    @classmethod
    async def open(cls, url: str, *, role: str = "morello_app", connections_max: int = 10) -> Self:
        """Connect as one of the roles of the schema. Raises Unavailable without an answer."""
        options = (
            f"-c role={role} -c statement_timeout={STATEMENT_TIMEOUT_S}s"
            f" -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT_S}s"
        )
        pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            kwargs={"options": options, "application_name": "morello"},
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
        await self._pool.close()

    def unit(self) -> PostgresUnit:
        """Return a unit of work for one call."""
        return PostgresUnit(self._pool)

    async def fetch(
        self,
        organization_id: uuid.UUID,
        query: LiteralString,
        parameters: Sequence[Any] | dict[str, Any] = (),
        row: type[Row] | None = None,
    ) -> list[Row]:
        """Return the rows of one statement in one round trip, as `row`s (dictionaries without).

        Raises Unavailable when the database cannot be reached.
        """
        factory: Any = class_row(row) if row is not None else dict_row
        unit = current_unit()
        if unit is not None:
            unit.statements += 1
            if unit.connection is not None:
                cursor = unit.connection.cursor(row_factory=factory)
                await cursor.execute(query, parameters)
                return await cursor.fetchall() if cursor.description else []
        async with self._connected() as connection:
            cursor = connection.cursor(row_factory=factory)
            async with connection.pipeline():
                await connection.execute(SET_ORGANIZATION, (str(organization_id),))
                await cursor.execute(query, parameters)
                await connection.commit()
            return await cursor.fetchall() if cursor.description else []

    @contextlib.asynccontextmanager
    async def transaction(
        self, organization_id: uuid.UUID, *, alone: bool = False
    ) -> AsyncIterator[Connection]:
        """Give a connection inside a transaction that is kept when the block ends without error.

        In a call it is a part of the call's transaction, unless it stands `alone`.
        """
        unit = None if alone else current_unit()
        if unit is not None:
            connection = await unit.begin(organization_id)
            async with connection.transaction():
                yield connection
            return
        async with self._connected() as connection, connection.transaction():
            await connection.execute(SET_ORGANIZATION, (str(organization_id),))
            yield connection

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[Connection]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise Unavailable("database") from error
