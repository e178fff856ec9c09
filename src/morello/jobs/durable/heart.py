"""A worker's heartbeat, and the reaper: whoever finds another gone or silent passes its jobs on."""

import asyncio
import contextlib
import dataclasses
import functools
import logging
import os
import socket
import uuid
from typing import Any

import psutil
import psycopg
from sqlalchemy.exc import DBAPIError

from morello.jobs.durable.engine import Engine
from morello.jobs.durable.pools import SUSPECT, pool_of
from morello.jobs.durable.silence import Silence
from morello.jobs.durable.store import JobStore
from morello.kernel.clock import Clock
from morello.kernel.errors import MorelloError
from morello.kernel.ids import INSTALLATION
from morello.storage.postgres.database import Database

_log = logging.getLogger(__name__)

BEAT_EVERY_S = 1.0
TRIES_UNSUSPECTED_MAX = 1
"""A job whose workers ended more often than this is run apart from others."""
_REAPING = 0x7265_6170
"""The advisory lock of whoever passes jobs on."""
_AWAY = (MorelloError, psycopg.Error, DBAPIError)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Heart:
    """Beats for one worker, and listens for the others."""

    worker_id: uuid.UUID
    database: Database
    """As the role `morello_jobs`."""
    store: JobStore
    engine: Engine
    clock: Clock
    silence: Silence = dataclasses.field(default_factory=Silence)

    async def beat_until_cancelled(self) -> None:
        """Beat, and pass on the jobs of whoever fell silent; a database that is away comes back."""
        while True:
            try:
                await self.beat()
                for worker in await self._lost():
                    await self._reap(worker)
            except _AWAY as error:
                _log.warning("worker %s cannot beat: %s", self.worker_id, error)
            await asyncio.sleep(BEAT_EVERY_S)

    async def beat(self) -> None:
        """Say that we live."""
        await self.database.fetch(
            INSTALLATION,
            "insert into worker (id, host, pid) values (%s, %s, %s)"
            " on conflict (id) do update set beats = worker.beats + 1, beat_at = now()",
            (self.worker_id, place(), os.getpid()),
        )

    async def leave(self) -> None:
        """Pass our own jobs on and be gone."""
        await self._pass_on(self.worker_id)
        await self._remove(self.worker_id)

    async def _lost(self) -> set[uuid.UUID]:
        """Return the workers that are gone from this machine, or silent on another."""
        rows: list[dict[str, Any]] = await self.database.fetch(
            INSTALLATION,
            "select id, host, pid, beats from worker where id <> %s",
            (self.worker_id,),
        )
        beats = {row["id"]: row["beats"] for row in rows}
        gone = {row["id"] for row in rows if row["host"] == place() and is_gone(row["pid"])}
        return gone | self.silence.look(beats, self.clock.monotonic())

    async def _reap(self, worker: uuid.UUID) -> None:
        """Pass on the jobs of a silent worker, unless somebody else is about to."""
        async with self.database.transaction(INSTALLATION) as connection:
            cursor = await connection.execute(
                "select pg_try_advisory_xact_lock(%s)"
                " and exists (select from worker where id = %s)",
                (_REAPING, worker),
            )
            if await cursor.fetchone() == (True,):
                _log.warning("worker %s is gone or silent; its jobs are passed on", worker)
                await self._pass_on(worker)
                await connection.execute("delete from worker where id = %s", (worker,))

    async def _pass_on(self, worker: uuid.UUID) -> None:
        for begun in await self.engine.begun_by(worker):
            tool, tries = await self.store.tried(begun.organization_id, begun.job)
            queue = pool_of(tool) if tries <= TRIES_UNSUSPECTED_MAX else SUSPECT
            await self.engine.pass_on(begun, queue)

    async def _remove(self, worker: uuid.UUID) -> None:
        await self.database.fetch(INSTALLATION, "delete from worker where id = %s", (worker,))


@functools.cache
def place() -> str:
    """Say where process ids mean the same as here: the machine, and its namespace of them."""
    host = socket.gethostname()
    with contextlib.suppress(OSError):  # Linux alone has such namespaces
        return f"{host}/{os.stat('/proc/self/ns/pid').st_ino}"  # noqa: PTH116 - its inode is what counts
    return host


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended. One that took over its number lets us wait for silence."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False
