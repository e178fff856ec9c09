"""A wire: one connection on which statements go out together, and one reader for all answers.

What is sent up to a Sync is one transaction without `begin` and `commit` (PostgreSQL's manual,
"Pipelining"), so a batch costs one round trip. Parameters and results are in the binary format.
The reader stays on the socket: to put it there for each answer costs more than the answer.
"""

import asyncio
import collections
from collections.abc import Sequence
from typing import Any, Self

import psycopg
from psycopg import errors
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

CONNECT_TIMEOUT_S = 5

Statement = tuple[bytes, Sequence[bytes | None]]
"""A text with `$1` and so on, and the parameters in PostgreSQL's binary format."""


class _Answer:
    """What comes back up to one Sync."""

    __slots__ = ("error", "future", "prepared", "results")

    def __init__(self, prepared: dict[int, bytes]) -> None:
        self.prepared = prepared
        """By the place of its result: each statement that was prepared on the way."""
        self.results: list[PGresult] = []
        self.error: psycopg.Error | None = None
        self.future: asyncio.Future[list[PGresult]] = asyncio.get_running_loop().create_future()

    def end(self) -> None:
        """Tell whoever waits; they may have gone."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
            return
        for place in reversed(self.prepared):
            del self.results[place]
        self.future.set_result(self.results)


class Wire:
    """Sends, and answers in the same order. On one event loop."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection
        self._pgconn: PGconn = connection.pgconn
        self._socket = self._pgconn.socket
        self._loop = asyncio.get_running_loop()
        self._waiting = collections.deque[_Answer]()
        self._transformer = Transformer(connection)
        self._prepared: dict[bytes, bytes] = {}
        self._prepared_count = 0
        self._is_crowded = False
        self.is_open = True
        self._pgconn.enter_pipeline_mode()
        self._loop.add_reader(self._socket, self._read)

    @classmethod
    async def connect(cls, url: str, *, options: str = "", name: str = "morello") -> Self:
        """Connect with options of the server's, under a name. Raises psycopg.OperationalError."""
        connection = await psycopg.AsyncConnection.connect(
            url,
            autocommit=True,
            options=options,
            application_name=name,
            connect_timeout=CONNECT_TIMEOUT_S,
        )
        return cls(connection)

    async def exchange(self, *statements: Statement) -> list[PGresult]:
        """Run statements, in one transaction if none is open; return the result of each.

        Raises psycopg.Error: then nothing of them has happened, unless the connection was lost.
        """
        if not self.is_open:
            raise psycopg.OperationalError("the connection was lost")
        prepared: dict[int, bytes] = {}
        sent = 0
        for query, parameters in statements:
            name = self._prepared.get(query)
            if name is None:
                name = self._prepare(query)
                prepared[sent] = query
                sent += 1
            formats = [Format.BINARY] * len(parameters)
            self._pgconn.send_query_prepared(name, parameters, formats, Format.BINARY)
            sent += 1
        self._pgconn.pipeline_sync()
        answer = _Answer(prepared)
        self._waiting.append(answer)
        self._send()
        return await answer.future

    def rows(self, result: PGresult) -> list[tuple[Any, ...]]:
        """Return the rows of a result."""
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)

    async def close(self) -> None:
        """Hang up. Whoever waits is told."""
        self._lose(psycopg.OperationalError("the connection was closed"))
        await self._connection.close()

    def _prepare(self, query: bytes) -> bytes:
        self._prepared_count += 1
        name = self._prepared[query] = b"w%d" % self._prepared_count
        self._pgconn.send_prepare(name, query)
        return name

    def _send(self) -> None:
        """Send what is left, as far as there is room for it."""
        try:
            is_left = self._pgconn.flush() != 0
        except psycopg.OperationalError as error:
            self._lose(error)
            return
        if is_left is not self._is_crowded:
            self._is_crowded = is_left
            if is_left:
                self._loop.add_writer(self._socket, self._send)
            else:
                self._loop.remove_writer(self._socket)

    def _read(self) -> None:
        try:
            self._pgconn.consume_input()
            while self._waiting and not self._pgconn.is_busy():
                self._take(self._pgconn.get_result())
                if self._pgconn.status != ConnStatus.OK:
                    return self._lose(psycopg.OperationalError("the connection was lost"))
        except psycopg.OperationalError as error:
            self._lose(error)
        return None

    def _take(self, result: PGresult | None) -> None:
        """Take one result. None ends a statement, a Sync's ends an answer."""
        if result is None:
            return
        answer = self._waiting[0]
        if result.status == ExecStatus.PIPELINE_SYNC:
            self._waiting.popleft()
            if answer.error is not None:  # perhaps they were not even prepared
                for query in answer.prepared.values():
                    self._prepared.pop(query, None)
            answer.end()
        elif result.status == ExecStatus.FATAL_ERROR:
            answer.error = answer.error or errors.error_from_result(result)
        else:
            answer.results.append(result)

    def _lose(self, error: psycopg.OperationalError) -> None:
        if not self.is_open:
            return
        self.is_open = False
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        while self._waiting:
            answer = self._waiting.popleft()
            answer.error = answer.error or error
            answer.end()
