"""`jobs.get`: what has become of a job."""

import uuid

from pydantic import BaseModel, Field

from morello.jobs.durable.job import Job
from morello.jobs.durable.jobs import Jobs
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool


class GetJobRequest(BaseModel):
    """Which job."""

    job: uuid.UUID = Field(description="Id of the job, as the call that became it answered.")


@tool(
    "jobs.get",
    title={"en": "See how far a job is.", "ko": "작업의 진행 상황을 봅니다."},
    permission=Permission.READ_CATALOG,  # everybody's: whose jobs, is decided by `Jobs`
    route=Route("GET", "/api/v1/jobs/{job}"),
    example={"job": "00000000-0000-7000-8000-0000000000aa"},
)
async def get(request: GetJobRequest, context: Context, jobs: Jobs) -> Job:
    """Return one's own job; administrators see everybody's in their organization."""
    return await jobs.find(context.principal, request.job)
