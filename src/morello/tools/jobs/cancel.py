"""`jobs.cancel`: stop a job."""

from morello.jobs.durable.job import Job
from morello.jobs.durable.jobs import Jobs
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool
from morello.tools.jobs.get import GetJobRequest


@tool(
    "jobs.cancel",
    title={"en": "Stop a job.", "ko": "작업을 멈춥니다."},
    permission=Permission.READ_CATALOG,  # everybody's: whose jobs, is decided by `Jobs`
    effect=Effect.WRITES,
    route=Route("POST", "/api/v1/jobs/{job}/cancel"),
    example={"job": "00000000-0000-7000-8000-0000000000aa"},
    undo="jobs.retry",
)
async def cancel(request: GetJobRequest, context: Context, jobs: Jobs) -> Job:
    """Stop it: at once when it waits, within a second when it runs. Nothing of it is kept."""
    return await jobs.cancel(context, request.job)
