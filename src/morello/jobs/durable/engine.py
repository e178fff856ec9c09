"""DBOS: queues with limits, and who has begun what. It knows the ids of jobs and nothing else.

Of DBOS (MIT) this is all that is used: no Conductor, no telemetry, none of its steps. It runs in
threads of its own; the work itself runs in our event loop.
"""

import asyncio
import dataclasses
import datetime
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer

from morello.jobs.durable.pools import POOLS, SUSPECT, places
from morello.storage.postgres.migrations.roles import JOBS

APPLICATION = "morello"
VERSION = "1"
"""Fixed: what is queued names a job, and every version of ours can run that."""
SCHEMA = "dbos"
_CONNECTIONS_MAX = 6
_POOL_TIMEOUT_S = 30
_SCHEDULES_EVERY_S = 86_400.0
"""How often it looks for schedules, of which there are none."""
_FORGOTTEN_AT_ONCE_MAX = 1_000

Work = Callable[[uuid.UUID, uuid.UUID], Awaitable[None]]
"""Runs a job, given its organization and its id."""


def prepare(owner_url: str) -> None:
    """Make the queue's schema, or bring it up to date; the role `morello_jobs` may use it.

    After our own migrations, by the owner. Takes a third of a second the first time.
    """
    DBOS.migrate(owner_url, schema=SCHEMA, application_role=JOBS)


@dataclasses.dataclass(frozen=True, slots=True)
class Begun:
    """A job that some worker has begun, as the queue knows it."""

    organization_id: uuid.UUID
    job: uuid.UUID
    queue: str


class Engine:
    """One worker process's part in the queues."""

    def __init__(self, url: str, worker_id: uuid.UUID) -> None:
        self._worker_id = worker_id
        self._database = sqlalchemy.create_engine(
            sqlalchemy.make_url(url).set(drivername="postgresql+psycopg"),
            connect_args={"options": f"-c role={JOBS}", "application_name": "morello jobs"},
            pool_size=_CONNECTIONS_MAX,
            max_overflow=0,
            pool_timeout=_POOL_TIMEOUT_S,
            pool_pre_ping=True,
        )
        self._client: DBOSClient | None = None

    async def start(self, work: Work, *, at_once_max: int) -> None:
        """Take jobs from the queues from now on, and run them in this event loop."""
        await asyncio.to_thread(self._start, work, asyncio.get_running_loop(), at_once_max)

    def _start(self, work: Work, loop: asyncio.AbstractEventLoop, at_once_max: int) -> None:
        config: DBOSConfig = {
            "name": APPLICATION,
            "application_version": VERSION,
            "executor_id": str(self._worker_id),
            "system_database_engine": self._database,
            "dbos_system_schema": SCHEMA,
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,
            "use_listen_notify": False,
            "enable_otlp": False,
            "log_level": "ERROR",
            "scheduler_polling_interval_sec": _SCHEDULES_EVERY_S,
        }
        DBOS(config=config)

        @DBOS.workflow(name="run_job")
        async def run_job(organization_id: str, job: str) -> None:
            ours = work(uuid.UUID(organization_id), uuid.UUID(job))
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_awaited(ours), loop))

        DBOS.launch()
        for queue in (*POOLS, SUSPECT):
            limits = places(queue, at_once_max)
            DBOS.register_queue(
                queue,
                worker_concurrency=limits.all,
                partition_worker_concurrency=limits.per_organization,
                polling_interval_sec=limits.look_every_s,
                on_conflict="always_update",
            )

    async def stop(self, *, drain_s: float) -> None:
        """Take no more jobs, wait that long for those that run, and cancel what is left.

        What was cancelled is as begun as before, until somebody passes it on.
        """
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=round(drain_s))

    async def begun_by(self, worker_id: uuid.UUID) -> list[Begun]:
        """Return what a worker has begun and not ended."""
        return await asyncio.to_thread(self._begun_by, worker_id)

    def _begun_by(self, worker_id: uuid.UUID) -> list[Begun]:
        found = self._dbos.list_workflows(
            executor_id=[str(worker_id)], status="PENDING", load_input=False, load_output=False
        )
        return [
            Begun(uuid.UUID(each.queue_partition_key), uuid.UUID(each.workflow_id), each.queue_name)
            for each in found
            if each.queue_partition_key is not None and each.queue_name is not None
        ]

    async def pass_on(self, begun: Begun, queue: str) -> None:
        """Let another worker begin a job whose worker is gone."""
        await asyncio.to_thread(self._dbos.resume_workflow, str(begun.job), queue_name=queue)

    async def forget(self, before: datetime.datetime) -> int:
        """Remove what ended before a time; return how much it was."""
        return await asyncio.to_thread(self._forget, before)

    def _forget(self, before: datetime.datetime) -> int:
        forgotten = 0
        while True:
            old = self._dbos.list_workflows(
                completed_before=before.isoformat(),
                limit=_FORGOTTEN_AT_ONCE_MAX,
                load_input=False,
                load_output=False,
            )
            self._dbos.delete_workflows([each.workflow_id for each in old])
            forgotten += len(old)
            if len(old) < _FORGOTTEN_AT_ONCE_MAX:
                return forgotten

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.destroy()
        self._database.dispose()

    @property
    def _dbos(self) -> DBOSClient:
        if self._client is None:
            self._client = DBOSClient(
                system_database_engine=self._database,
                dbos_system_schema=SCHEMA,
                application_name=APPLICATION,
                lazy=True,
                retry_connection_errors=False,
            )
        return self._client


async def _awaited(work: Awaitable[Any]) -> None:
    await work
