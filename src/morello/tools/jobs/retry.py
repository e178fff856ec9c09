"""`jobs.retry`: ask again for what failed or was stopped."""

from morello.jobs.durable.jobs import Jobs
from morello.kernel.caller import Accepted
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool
from morello.tools.jobs.get import GetJobRequest


@tool(
    "jobs.retry",
    title={
        "en": "Run a job again that failed or was stopped.",
        "ko": "실패했거나 멈춘 작업을 다시 실행합니다.",
    },
    permission=Permission.READ_CATALOG,  # everybody's: whose jobs, is decided by `Jobs`
    effect=Effect.WRITES,
    route=Route("POST", "/api/v1/jobs/{job}/retry"),
    example={"job": "00000000-0000-7000-8000-0000000000aa"},
    undo="jobs.cancel",
)
async def retry(request: GetJobRequest, context: Context, jobs: Jobs) -> Accepted:
    """Queue a new job with the same input, in the name of whoever asks now; return it."""
    return Accepted(job=await jobs.retry(context, request.job))
