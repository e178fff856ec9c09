"""Connections to PostgreSQL, each transaction under one organization.

    rows = await database.fetch(organization_id, "select ... where name = %s", (name,), Dataset)
    async with database.transaction(organization_id) as connection: ...

Row-level security reads the organization from the transaction (`app.current_company_id`); a
statement without one sees nothing. Inside a call both join the call's unit of work, so that its
writes commit with its record; `alone=True` is for what has to last whatever becomes of the call.
"""

import contextlib
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, LiteralString, Self, TypeVar, overload

from morello.storage.postgres.connections import Connections
from morello.storage.postgres.exchange import Connection, exchange
from morello.storage.postgres.trouble import troubles_told
from morello.storage.postgres.unit import PostgresUnit, begin, commit, current_unit

Row = TypeVar("Row")


class Database:
    """Connections of one role."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @classmethod
    async def open(cls, url: str, *, role: str = "morello_app", connections_max: int = 10) -> Self:
        """Connect as one of the roles of the schema. Raises Unavailable without an answer."""
        return cls(await Connections.open(url, role, connections_max))

    async def close(self) -> None:
        """Close every connection."""
        await self._connections.close()

    def connections(self) -> tuple[int, int, int]:
        """Return how many connections there are, how many idle, and how many callers wait."""
        return self._connections.figures()

    def unit(self) -> PostgresUnit:
        """Return a unit of work for one call."""
        return PostgresUnit(self._connections)

    @overload
    async def fetch(
        self,
        organization_id: uuid.UUID,
        query: LiteralString,
        parameters: Sequence[Any] | Mapping[str, Any] = (),
    ) -> list[dict[str, Any]]: ...

    @overload
    async def fetch(
        self,
        organization_id: uuid.UUID,
        query: LiteralString,
        parameters: Sequence[Any] | Mapping[str, Any],
        row: type[Row],
    ) -> list[Row]: ...

    async def fetch(
        self,
        organization_id: uuid.UUID,
        query: LiteralString,
        parameters: Sequence[Any] | Mapping[str, Any] = (),
        row: type[Any] = dict,
    ) -> list[Any]:
        """Return the rows of one statement in one round trip, as `row`s (dictionaries without).

        The statement is prepared once. It is a transaction of its own, or part of the call's if
        that has begun one for this organization. Raises Unavailable when the database cannot be
        reached, TimedOut when the statement takes too long.
        """
        unit = current_unit()
        joined = unit.connection_for(organization_id) if unit is not None else None
        if joined is not None:
            with troubles_told():
                return await exchange(joined, query, parameters, row)
        connection = await self._connections.take()
        try:
            with troubles_told():
                return await exchange(connection, query, parameters, row, organization_id)
        finally:
            await self._connections.give_back(connection)

    @contextlib.asynccontextmanager
    async def transaction(
        self, organization_id: uuid.UUID, *, alone: bool = False
    ) -> AsyncIterator[Connection]:
        """Give a connection inside a transaction that is kept when the block ends without error.

        In a call it is a part of the call's transaction, undone by itself if the block fails,
        unless it stands `alone`. Raises as `fetch` does.
        """
        unit = None if alone else current_unit()
        if unit is not None:
            connection = await unit.begin(organization_id)
            with troubles_told():
                async with connection.transaction():
                    yield connection
            return
        async with self._connections.lend() as connection:
            await begin(connection, organization_id)
            yield connection
            await commit(connection)
