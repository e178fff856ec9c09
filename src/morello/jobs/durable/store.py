"""The jobs of each organization, in PostgreSQL. What changes a job names the try it belongs to."""

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from morello.jobs.durable.job import COLUMNS, Attempt, Done, Job, NewJob, Standing, State
from morello.jobs.usage import Usage
from morello.kernel.clock import Clock
from morello.kernel.context import Progress
from morello.kernel.errors import Busy, Conflict, NotFound
from morello.kernel.messages import Message
from morello.storage.postgres.database import Database

RETRY_AFTER_S = 5.0
"""When to come back to a full queue."""

_OURS = "id = %(job)s and worker_id = %(worker)s and tries = %(tries)s and state = 'running'"
_USED = ", ".join(f"{name} = %({name})s" for name in Usage.model_fields)
_ATTEMPT = "organization_id, id, tool, input, passport, approval, asked_by, tries, tries_max"


@dataclasses.dataclass(frozen=True, slots=True)
class JobStore:
    """Reads and writes the table `job`."""

    database: Database
    clock: Clock

    async def add(self, job: NewJob, *, waiting_max: int) -> None:
        """Write a job down and hand it to its queue, in the transaction of the call.

        Raises Busy when as many of the organization's wait already.
        """
        columns = NewJob.model_fields
        async with self.database.transaction(job.organization_id) as connection:
            cursor = await connection.execute(
                "select count(*) from (select from job where state = 'queued' limit %s) as waiting",
                (waiting_max,),
            )
            row = await cursor.fetchone()
            if row is not None and row[0] >= waiting_max:
                raise Busy("jobs", waiting_max=waiting_max, retry_after_s=RETRY_AFTER_S)
            await connection.execute(
                "insert into job (organization_id, id, tool, permission, pool, input, passport,"
                " approval, retry_of, asked_by, asked_at, tries_max)"
                " values (%(organization_id)s, %(id)s, %(tool)s, %(permission)s, %(pool)s,"
                " %(input)s, %(passport)s, %(approval)s, %(retry_of)s, %(asked_by)s, %(asked_at)s,"
                " %(tries_max)s)",
                {name: getattr(job, name) for name in columns},
            )
            await connection.execute("select hand_over_job(%s, %s)", (job.id, job.pool))

    async def find(self, organization_id: uuid.UUID, job: uuid.UUID) -> Job:
        """Return a job. Raises NotFound."""
        rows: list[dict[str, Any]] = await self.database.fetch(
            organization_id,
            f"select {COLUMNS} from job where id = %s",  # noqa: S608 - our own names
            (job,),
        )
        if not rows:
            raise NotFound("job", job=str(job))
        return Job.of(rows[0])

    async def recent(
        self,
        organization_id: uuid.UUID,
        *,
        asked_by: uuid.UUID | None,
        states: Sequence[State],
        before: uuid.UUID | None,
        limit: int,
    ) -> list[Job]:
        """Return jobs, the newest first, from before one of them; of one person, or of all."""
        rows: list[dict[str, Any]] = await self.database.fetch(
            organization_id,
            f"select {COLUMNS} from job"  # noqa: S608 - our own names
            " where (%(asked_by)s::uuid is null or asked_by = %(asked_by)s)"
            " and state = any(%(states)s) and (%(before)s::uuid is null or id < %(before)s)"
            " order by id desc limit %(limit)s",
            {
                "asked_by": asked_by,
                "states": [each.value for each in states],
                "before": before,
                "limit": limit,
            },
        )
        return [Job.of(row) for row in rows]

    async def asked(self, organization_id: uuid.UUID, job: uuid.UUID) -> NewJob:
        """Return what was asked for. Raises NotFound."""
        rows = await self.database.fetch(
            organization_id,
            f"select {', '.join(NewJob.model_fields)} from job where id = %s",  # noqa: S608 - our own names
            (job,),
            NewJob,
        )
        if not rows:
            raise NotFound("job", job=str(job))
        return rows[0]

    async def output(self, organization_id: uuid.UUID, job: uuid.UUID) -> bytes | None:
        """Return the sealed output; None as long as there is none."""
        rows: list[dict[str, Any]] = await self.database.fetch(
            organization_id, "select output from job where id = %s", (job,)
        )
        return rows[0]["output"] if rows else None

    async def cancel(self, organization_id: uuid.UUID, job: uuid.UUID) -> State:
        """Ask a job to stop; one that waits has stopped with that. Returns its state.

        Raises NotFound, and Conflict when it is over.
        """
        async with self.database.transaction(organization_id) as connection:
            cursor = await connection.execute(
                "update job set cancel_asked_at = coalesce(cancel_asked_at, %(now)s),"
                " state = case state when 'queued' then 'cancelled' else state end,"
                " ended_at = case state when 'queued' then %(now)s end"
                " where id = %(job)s and ended_at is null returning state",
                {"now": self.clock.now(), "job": job},
            )
            row = await cursor.fetchone()
        if row is not None:
            return State(row[0])
        state = (await self.find(organization_id, job)).state
        raise Conflict("job_over", job=str(job), state=state.value)

    async def begin(
        self, organization_id: uuid.UUID, job: uuid.UUID, worker_id: uuid.UUID
    ) -> Attempt | None:
        """Take a job on; None when there is nothing to do: it is over, or was never kept.

        A job that was tried as often as it may be is taken on only to be failed.
        """
        rows: list[dict[str, Any]] = await self.database.fetch(
            organization_id,
            "update job set state = 'running', worker_id = %(worker)s,"  # noqa: S608 - our own names
            " started_at = coalesce(job.started_at, %(now)s),"
            " tries = least(job.tries + 1, job.tries_max)"
            " from (select tries as tried from job where id = %(job)s for update) as before"
            " where id = %(job)s and ended_at is null"
            f" returning {_ATTEMPT}, tried >= tries_max as is_given_up",
            {"worker": worker_id, "now": self.clock.now(), "job": job},
        )
        return Attempt.model_validate(rows[0]) if rows else None

    async def tell(
        self, attempt: Attempt, worker_id: uuid.UUID, progress: Progress | None, used: Usage
    ) -> Standing | None:
        """Write down how far it is and what it used; None when it is no longer ours to work on."""
        rows = await self.database.fetch(
            attempt.organization_id,
            f"update job set progress = coalesce(%(progress)s, progress), {_USED} where {_OURS}"  # noqa: S608 - our own names
            " returning cancel_asked_at is not null as is_cancel_asked",
            {
                "progress": None if progress is None else Jsonb(progress.model_dump(mode="json")),
                **used.model_dump(),
                **_ours(attempt, worker_id),
            },
            Standing,
        )
        return rows[0] if rows else None

    async def succeed(self, attempt: Attempt, worker_id: uuid.UUID, done: Done) -> None:
        """Keep the sealed output, in the transaction of the call that was the job's work.

        Raises Conflict when another worker has taken the job over, so that the call has no effect.
        """
        async with self.database.transaction(attempt.organization_id) as connection:
            cursor = await connection.execute(
                "update job set state = 'succeeded', ended_at = %(now)s, event_id = %(event_id)s,"  # noqa: S608 - our own names
                f" output = %(output)s, {_USED} where {_OURS}",
                {
                    "now": self.clock.now(),
                    "event_id": done.event_id,
                    "output": done.output,
                    **done.used.model_dump(),
                    **_ours(attempt, worker_id),
                },
            )
            if cursor.rowcount == 0:
                raise Conflict("job_taken_over", job=str(attempt.id))

    async def end(
        self,
        attempt: Attempt,
        worker_id: uuid.UUID,
        state: State,
        error: Message | None,
        used: Usage,
    ) -> bool:
        """Say that it failed or was cancelled; False when it is not ours any more."""
        async with self.database.transaction(attempt.organization_id) as connection:
            cursor = await connection.execute(
                "update job set state = %(state)s, ended_at = %(now)s, error = %(error)s,"  # noqa: S608 - our own names
                f" {_USED} where {_OURS}",
                {
                    "state": state.value,
                    "now": self.clock.now(),
                    "error": None if error is None else Jsonb(error.model_dump(mode="json")),
                    **used.model_dump(),
                    **_ours(attempt, worker_id),
                },
            )
            return cursor.rowcount > 0

    async def hand_back(self, attempt: Attempt, worker_id: uuid.UUID) -> None:
        """Let it wait again, as if this try had not been: it was not the job's fault."""
        await self.database.fetch(
            attempt.organization_id,
            f"update job set state = 'queued', worker_id = null, tries = tries - 1 where {_OURS}",  # noqa: S608 - our own names
            _ours(attempt, worker_id),
        )

    async def tried(self, organization_id: uuid.UUID, job: uuid.UUID) -> tuple[str, int]:
        """Return a job's tool, and how often it was begun. Raises NotFound."""
        found = await self.find(organization_id, job)
        return found.tool, found.tries


def _ours(attempt: Attempt, worker_id: uuid.UUID) -> dict[str, Any]:
    return {"job": attempt.id, "worker": worker_id, "tries": attempt.tries}
