"""`jobs.list`: the jobs there are and were."""

import uuid

from pydantic import BaseModel, Field

from morello.jobs.durable.job import Job, State
from morello.jobs.durable.jobs import Jobs
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool

_PAGE_MAX = 200


class ListJobsRequest(BaseModel):
    """A page of jobs."""

    states: list[State] = Field(
        default=list(State), max_length=len(State), description="Only jobs in these states."
    )
    before: uuid.UUID | None = Field(default=None, description="Job before which the page begins.")
    limit: int = Field(default=50, ge=1, le=_PAGE_MAX, description="Most jobs to return.")


class JobList(BaseModel):
    """Jobs, the newest first."""

    jobs: list[Job] = Field(description="The page.")
    next_before: uuid.UUID | None = Field(description="What to give as `before` for the next page.")


@tool(
    "jobs.list",
    title={"en": "List jobs, the newest first.", "ko": "작업을 최신순으로 보여줍니다."},
    permission=Permission.READ_CATALOG,  # everybody's: whose jobs, is decided by `Jobs`
    route=Route("GET", "/api/v1/jobs"),
    example={},
)
async def list_(request: ListJobsRequest, context: Context, jobs: Jobs) -> JobList:
    """Return one's own jobs; administrators see everybody's in their organization."""
    found = await jobs.recent(
        context.principal, states=request.states, before=request.before, limit=request.limit + 1
    )
    page = list(found[: request.limit])
    return JobList(jobs=page, next_before=page[-1].id if len(found) > len(page) else None)
