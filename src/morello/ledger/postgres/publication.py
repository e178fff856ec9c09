"""Publication: each log's newest checkpoint, once a minute, in a table and in files.

The files are appended to in a folder that the database cannot reach. So whoever sets the database
back, or writes it anew, would have to change them as well; `verify` reads both.
"""

import asyncio
import contextlib
import datetime
import json
import logging
import os
import uuid
from pathlib import Path
from typing import Any, Final, LiteralString

import psycopg
from psycopg.rows import class_row

from morello.kernel.clock import Clock
from morello.kernel.errors import Unavailable
from morello.ledger.postgres.writing.head import KeptHead, Signers

INTERVAL_S = 60.0
CHECKPOINTS_MAX = 100_000
"""The newest ones that a verification compares, of each log: ten weeks of minutes."""
_LINE_BYTES_MAX = 4096

_GROWN: Final[LiteralString] = """
    select organization_id, origin, size, frontier, note, seal from tree_head
    where size > coalesce((select max(checkpoint.size) from checkpoint
        where checkpoint.organization_id = tree_head.organization_id), 0)
        and (%(organization)s::uuid is null or organization_id = %(organization)s)"""
_PUBLISH: Final[LiteralString] = """
    insert into checkpoint (organization_id, size, note, at)
    select organization_id, size, note, %s
    from unnest(%s::uuid[], %s::bigint[], %s::text[]) as grown(organization_id, size, note)
    on conflict do nothing returning organization_id, note"""

_log = logging.getLogger(__name__)


class Publication:
    """Publishes the checkpoints of all organizations."""

    def __init__(self, url: str, folder: Path, clock: Clock, signers: Signers) -> None:
        self._url = url
        self._signers = signers
        self._folder = folder
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Publish now and then."""
        self._task = asyncio.create_task(self._run(), name="ledger publication")

    async def close(self) -> None:
        """Publish what is new, and stop."""
        if self._task is None:
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self._attempt()

    async def publish(self, organization_id: uuid.UUID | None = None) -> int:
        """Publish the checkpoints that are new; return how many. Raises psycopg's errors."""
        connection = await psycopg.AsyncConnection.connect(
            self._url, options="-c role=morello_ledger", connect_timeout=5
        )
        async with connection:
            at = self._clock.now()
            cursor = connection.cursor(row_factory=class_row(KeptHead))
            await cursor.execute(_GROWN, {"organization": organization_id})
            signed = await asyncio.to_thread(self._sign, await cursor.fetchall())
            given = [list(each) for each in zip(*signed, strict=True)] or [[], [], []]
            published = await connection.execute(_PUBLISH, (at, *given))
            rows: list[tuple[Any, ...]] = await published.fetchall()
            await connection.commit()
        await asyncio.to_thread(self._append, at, rows)
        return len(rows)

    def notes(self, organization_id: uuid.UUID) -> list[str]:
        """Return the newest published notes from the file. Blocks."""
        path = self._path(organization_id)
        if not path.is_file():
            return []
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - CHECKPOINTS_MAX * _LINE_BYTES_MAX))
            lines = stream.read().split(b"\n")[:-1]  # what has no end was cut off in a crash
        return [note for each in lines[-CHECKPOINTS_MAX:] if (note := _note(each)) is not None]

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL_S)
            await self._attempt()

    async def _attempt(self) -> None:
        try:
            await self.publish()
        except (psycopg.Error, OSError) as error:
            _log.warning("checkpoints could not be published: %s", error)

    def _sign(self, heads: list[KeptHead]) -> list[tuple[uuid.UUID, int, str]]:
        """Return organization, size and signed checkpoint of each head that we wrote."""
        signed: list[tuple[uuid.UUID, int, str]] = []
        for head in heads:
            try:
                signed.append((head.organization_id, head.size, self._signers.sign(head)))
            except Unavailable:
                _log.error("the head of the log of %s is not ours", head.organization_id)
        return signed

    def _append(self, at: datetime.datetime, rows: list[tuple[Any, ...]]) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for organization_id, note in rows:
            line = json.dumps({"at": at.isoformat(), "note": note}).encode() + b"\n"
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            descriptor = os.open(self._path(organization_id), flags, 0o600)
            try:
                os.write(descriptor, line)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _path(self, organization_id: uuid.UUID) -> Path:
        return self._folder / f"{organization_id}.jsonl"


def _note(line: bytes) -> str | None:
    """Return the note of a line; a line that is none was torn by a crash."""
    try:
        return str(json.loads(line)["note"])
    except (ValueError, KeyError, TypeError):
        return None
