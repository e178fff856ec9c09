"""`jobs.result`: what a job answered."""

import uuid
from typing import Any

from pydantic import BaseModel, Field

from morello.jobs.durable.jobs import Jobs
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool
from morello.tools.jobs.get import GetJobRequest


class JobResult(BaseModel):
    """The answer of a job's tool."""

    job: uuid.UUID
    tool: str = Field(description="The tool that answered.")
    event_id: uuid.UUID | None = Field(description="Record of the call: its receipt proves this.")
    output: dict[str, Any] = Field(description="What the tool answered.")


@tool(
    "jobs.result",
    title={"en": "Fetch what a job answered.", "ko": "작업의 결과를 가져옵니다."},
    permission=Permission.READ_CATALOG,  # whoever takes it needs what its tool asks for, too
    route=Route("GET", "/api/v1/jobs/{job}/result"),
    example={"job": "00000000-0000-7000-8000-0000000000aa"},
)
async def result(request: GetJobRequest, context: Context, jobs: Jobs) -> JobResult:
    """Return it once the job has succeeded; before, that is a conflict."""
    output = await jobs.result(context.principal, request.job)
    job = await jobs.find(context.principal, request.job)
    return JobResult(job=job.id, tool=job.tool, event_id=job.event_id, output=output)
