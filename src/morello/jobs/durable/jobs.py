"""Jobs as the corridor and the tools see them: ask, watch, cancel, ask again, take the result."""

import asyncio
import dataclasses
import json
import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import BaseModel

from morello.jobs.durable.job import Job, NewJob, State
from morello.jobs.durable.parcel import Parcels
from morello.jobs.durable.pools import pool_of
from morello.jobs.durable.ports import Passports
from morello.jobs.durable.store import JobStore
from morello.kernel.context import Context, Fact
from morello.kernel.errors import Conflict, Forbidden, NotFound
from morello.kernel.ids import new_id
from morello.kernel.permission import Permission, allows, in_scope
from morello.kernel.principal import Principal
from morello.kernel.settings import Settings
from morello.kernel.tool import Tool

_LOOK_EVERY_S = 0.2


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """The jobs of an installation. Whose they are is decided here, once for every tool."""

    store: JobStore
    parcels: Parcels
    passports: Passports
    settings: Settings
    needs_server: ClassVar[bool] = True

    async def submit(self, tool: Tool, request: BaseModel, context: Context) -> uuid.UUID:
        """Write a call down as a job in its unit of work; return the job's id. Raises Busy."""
        organization_id, job = context.principal.organization_id, new_id()
        await self._add(
            context,
            id=job,
            tool=tool.name,
            permission=int(tool.permission),
            input=await self.parcels.pack(organization_id, job, request),
            approval=context.approval,
        )
        return job

    async def find(self, principal: Principal, job: uuid.UUID) -> Job:
        """Return a job that one may see. Raises NotFound."""
        found = await self.store.find(principal.organization_id, job)
        if found.asked_by != principal.subject_id and not _sees_all(principal):
            raise NotFound("job", job=str(job))
        return found

    async def recent(
        self,
        principal: Principal,
        *,
        states: Sequence[State],
        before: uuid.UUID | None,
        limit: int,
    ) -> Sequence[Job]:
        """Return the jobs that one may see, the newest first."""
        return await self.store.recent(
            principal.organization_id,
            asked_by=None if _sees_all(principal) else principal.subject_id,
            states=states,
            before=before,
            limit=limit,
        )

    async def changed(self, principal: Principal, job: Job, *, timeout_s: float) -> Job:
        """Return a job once it is not as it was, or as it is after that time."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + timeout_s
        found = job
        while found == job and (left_s := deadline_s - loop.time()) > 0:
            await asyncio.sleep(min(_LOOK_EVERY_S, left_s))
            found = await self.find(principal, job.id)
        return found

    async def cancel(self, context: Context, job: uuid.UUID) -> Job:
        """Ask a job to stop. Raises NotFound, and Conflict when it is over."""
        principal = context.principal
        found = await self.find(principal, job)
        state = await self.store.cancel(principal.organization_id, job)
        kind = "job.cancelled" if state is State.CANCELLED else "job.cancel_asked"
        context.record(Fact(stream=f"job:{job}", kind=kind, body={"tool": found.tool}))
        return await self.find(principal, job)

    async def retry(self, context: Context, job: uuid.UUID) -> uuid.UUID:
        """Ask again, as whoever asks now, for what failed or was cancelled; return the new job.

        Raises NotFound, Busy, and Conflict when it did not end so.
        """
        principal = context.principal
        found = await self.find(principal, job)
        if found.state not in {State.FAILED, State.CANCELLED}:
            raise Conflict("job_not_failed", job=str(job), state=found.state.value)
        asked, again = await self.store.asked(principal.organization_id, job), new_id()
        _check_use(principal, asked)
        repacked = await self.parcels.repack(principal.organization_id, job, again, asked.input)
        await self._add(
            context,
            id=again,
            tool=asked.tool,
            permission=asked.permission,
            input=repacked,
            retry_of=job,
        )
        body = {"tool": asked.tool, "as": str(again)}
        context.record(Fact(stream=f"job:{job}", kind="job.retried", body=body))
        return again

    async def result(self, principal: Principal, job: uuid.UUID) -> dict[str, Any]:
        """Return the output of a job that succeeded.

        Raises NotFound; Conflict while there is none; Forbidden when the caller may not use the
        tool (any more).
        """
        found = await self.find(principal, job)
        _check_use(principal, await self.store.asked(principal.organization_id, job))
        sealed = await self.store.output(principal.organization_id, job)
        if sealed is None:
            case = "job_no_result" if found.state.is_over else "job_runs"
            raise Conflict(case, job=str(job), state=found.state.value)
        plain = await self.parcels.open(principal.organization_id, job, sealed)
        output: dict[str, Any] = json.loads(plain)
        return output

    async def _add(self, context: Context, **asked: Any) -> None:
        principal = context.principal
        job = NewJob(
            organization_id=principal.organization_id,
            pool=pool_of(asked["tool"]),
            passport=await self.passports.issue(principal),
            asked_by=principal.subject_id,
            asked_at=context.clock.now(),
            tries_max=self.settings.job_tries_max,
            **asked,
        )
        await self.store.add(job, waiting_max=self.settings.jobs_waiting_max)
        context.record(Fact(stream=f"job:{job.id}", kind="job.queued", body={"tool": job.tool}))


def _sees_all(principal: Principal) -> bool:
    return allows(principal.role, Permission.MANAGE_ORGANIZATION)


def _check_use(principal: Principal, asked: NewJob) -> None:
    if not allows(principal.role, Permission(asked.permission)):
        raise Forbidden("role", tool=asked.tool, role=principal.role.value)
    if not in_scope(asked.tool, principal.scopes):
        raise Forbidden("scope", tool=asked.tool)
