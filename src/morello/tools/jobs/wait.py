"""`jobs.wait`: stay until a job is over, or for some seconds, hearing how far it is."""

import uuid
from collections.abc import AsyncIterator

from pydantic import BaseModel, Field

from morello.jobs.durable.job import Job, State
from morello.jobs.durable.jobs import Jobs
from morello.kernel.context import Context, Progress, Update
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool

_WAIT_S_MAX = 30.0


class WaitForJobRequest(BaseModel):
    """Which job, and how long."""

    job: uuid.UUID = Field(description="Id of the job.")
    timeout_s: float = Field(
        default=20.0, gt=0, le=_WAIT_S_MAX, description="Longest to wait, in seconds."
    )


class Changed(Update):
    """A job went on to another state."""

    state: State


@tool(
    "jobs.wait",
    title={"en": "Wait for a job.", "ko": "작업이 끝나기를 기다립니다."},
    permission=Permission.READ_CATALOG,  # everybody's: whose jobs, is decided by `Jobs`
    route=Route("GET", "/api/v1/jobs/{job}/wait"),
    example={"job": "00000000-0000-7000-8000-0000000000aa", "timeout_s": 1},
)
async def wait(
    request: WaitForJobRequest, context: Context, jobs: Jobs
) -> AsyncIterator[Progress | Changed | Job]:
    """Return the job as it is then, over or not; its progress comes on the way."""
    clock = context.clock
    deadline_s = clock.monotonic() + request.timeout_s
    job = await jobs.find(context.principal, request.job)
    told, state = None, job.state
    while not job.state.is_over and (left_s := deadline_s - clock.monotonic()) > 0:
        context.cancellation.check()
        if job.progress is not None and job.progress != told:
            told = job.progress
            yield told
        job = await jobs.changed(context.principal, job, timeout_s=left_s)
        if job.state is not state:
            state = job.state
            yield Changed(state=state)
    yield job
