"""One statement in one round trip: the organization, the statement, and the end of both at once.

What is sent up to a Sync is one transaction without `begin` and `commit` (PostgreSQL's manual,
"Pipelining"), so an organization that is set within it ends with it. Statements are prepared once
a connection. psycopg's own pipeline does the same with more steps, and this is the hottest path.
"""

import asyncio
import contextlib
import contextvars
import dataclasses
import functools
import select
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Protocol, Self, TypeVar

from psycopg import AsyncConnection, AsyncCursor, errors
from psycopg._queries import PostgresQuery
from psycopg.abc import Params, PQGen, Query
from psycopg.adapt import Transformer
from psycopg.generators import send
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

PREPARED_MAX = 500
"""Statements that a connection keeps prepared; what comes later is parsed each time."""
CANCEL_TIMEOUT_S = 5.0
"""For telling the server that nobody waits for a statement any more."""
_SET_ORGANIZATION = b"select set_config('app.current_company_id', $1, true)"
_UNNAMED = b""

Row = TypeVar("Row")
Found = TypeVar("Found")


class Tally(Protocol):
    """Whoever wants to know how many statements it makes."""

    statements: int


tally: contextvars.ContextVar[Tally | None] = contextvars.ContextVar("tally", default=None)
"""Who counts the statements that are made here."""


class Cursor(AsyncCursor[Row]):
    """A cursor whose statements are counted."""

    async def execute(self, query: Any, params: Params | None = None, **named: Any) -> Self:
        """Run a statement. Raises psycopg.Error."""
        _count()
        return await super().execute(query, params, **named)


class Connection(AsyncConnection[tuple[Any, ...]]):
    """A connection that counts its statements, remembers what it has prepared, and can listen.

    psycopg registers the socket with the event loop for every wait and takes it back after it: four
    system calls a statement. Here it stays registered between the statements of `exchange`.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.cursor_factory = Cursor
        self.prepared: dict[tuple[bytes, tuple[int, ...]], bytes] = {}
        self.prepared_count = 0
        self.transformer = Transformer(self)
        self._watched: int | None = None
        self._listener: asyncio.Future[None] | None = None
        self._poll = select.poll()
        self._poll.register(self.pgconn.socket, select.POLLIN)

    def is_quiet(self) -> bool:
        """Tell whether nothing came while it was idle: what comes then is the server's goodbye."""
        return not self.closed and not self._poll.poll(0)

    async def readable(self) -> None:
        """Wait until the server has sent something."""
        loop = asyncio.get_running_loop()
        if self._watched is None:
            self._watched = self.pgconn.socket
            loop.add_reader(self._watched, self._heard)
        self._listener = loop.create_future()
        try:
            await self._listener
        finally:
            self._listener = None

    def _heard(self) -> None:
        if self._listener is None:  # unasked for; the loop would say so again and again
            self.unwatch()
        elif not self._listener.done():
            self._listener.set_result(None)

    def unwatch(self) -> None:
        """Leave the socket to others, or to its end."""
        if self._watched is not None:
            asyncio.get_running_loop().remove_reader(self._watched)
            self._watched = None

    async def wait(self, gen: PQGen[Found], *arguments: Any, **named: Any) -> Found:
        """Run what psycopg does; it registers the socket itself."""
        self.unwatch()
        return await super().wait(gen, *arguments, **named)

    async def close(self) -> None:
        """Close it."""
        self.unwatch()
        await super().close()


async def exchange(
    connection: Connection,
    query: Query,
    parameters: Params,
    row: type[Row],
    organization_id: uuid.UUID | None = None,
) -> list[Row]:
    """Run a statement and return its rows; under an organization unless a transaction is open.

    Raises psycopg.Error.
    """
    _count()
    transformer = connection.transformer
    async with connection.lock:
        converted = PostgresQuery(transformer)
        converted.convert(query, parameters)
        result = await _exchanged(connection, converted, organization_id)
        names = tuple((result.fname(number) or b"").decode() for number in range(result.nfields))
        transformer.set_pgresult(result)
        makes: Callable[..., Row] = row
        return transformer.load_rows(0, result.ntuples, _maker(makes, names))


@functools.lru_cache(maxsize=1_000)
def _maker(row: Callable[..., Any], names: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
    """Return what makes a row of its values; by place where the columns are its fields in order."""
    fields = dataclasses.fields(row) if dataclasses.is_dataclass(row) else ()
    if names == tuple(each.name for each in fields if not each.kw_only):
        return lambda values: row(*values)
    return lambda values: row(**dict(zip(names, values, strict=True)))


def _count() -> None:
    counting = tally.get()
    if counting is not None:
        counting.statements += 1


async def _exchanged(
    connection: Connection, query: PostgresQuery, organization_id: uuid.UUID | None
) -> PGresult:
    pgconn = connection.pgconn
    pgconn.enter_pipeline_mode()
    try:
        due = 1  # the Sync's
        if organization_id is not None:
            name, sent = _prepare(connection, _SET_ORGANIZATION, ())
            pgconn.send_query_prepared(name, [str(organization_id).encode()])
            due += sent + 1
        name, sent = _prepare(connection, query.query, query.types)
        pgconn.send_query_prepared(name, query.params, param_formats=query.formats)
        due += sent + 1
        pgconn.pipeline_sync()
        if pgconn.flush():  # more than the socket takes at once
            await connection.wait(send(pgconn))
        results = [each for _ in range(due) for each in await _answered(connection)]
    except BaseException:
        await _abandon(connection)
        raise
    pgconn.exit_pipeline_mode()
    _check(connection, query, results)
    return results[-2]


async def _answered(connection: Connection) -> list[PGresult]:
    """Return the results of one message: one and an end, or the Sync's, which has no end."""
    pgconn, results = connection.pgconn, list[PGresult]()
    while True:
        while pgconn.is_busy():
            await connection.readable()
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:
            return results
        results.append(result)
        if result.status == ExecStatus.PIPELINE_SYNC:
            return results


async def _abandon(connection: Connection) -> None:
    """Give up a connection in the middle of a statement, and the statement in the server."""
    connection.unwatch()
    if connection.pgconn.transaction_status == TransactionStatus.ACTIVE:
        with contextlib.suppress(Exception):
            await connection.cancel_safe(timeout=CANCEL_TIMEOUT_S)
    await connection.close()


def _check(connection: Connection, query: PostgresQuery, results: list[PGresult]) -> None:
    """Raise what failed, and forget what is then not prepared, or was for another schema."""
    failed = next((each for each in results if each.status == ExecStatus.FATAL_ERROR), None)
    if failed is None:
        return
    error = errors.error_from_result(failed)
    if failed is not results[-2] or isinstance(error, errors.FeatureNotSupported):
        connection.prepared.pop((query.query, query.types), None)
        connection.prepared.pop((_SET_ORGANIZATION, ()), None)
    raise error


def _prepare(connection: Connection, query: bytes, types: tuple[int, ...]) -> tuple[bytes, int]:
    """Return a statement's name, and how many messages were sent to prepare it: one or none."""
    name = connection.prepared.get((query, types))
    if name is not None:
        return name, 0
    name = _UNNAMED
    if connection.prepared_count < PREPARED_MAX:
        connection.prepared_count += 1
        name = connection.prepared[query, types] = f"m{connection.prepared_count}".encode()
    connection.pgconn.send_prepare(name, query, param_types=types)
    return name, 1
