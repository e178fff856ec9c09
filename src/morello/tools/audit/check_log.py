"""`audit.check_log`: the whole log recomputed, from every record to the signed root."""

from collections.abc import AsyncIterator

from pydantic import BaseModel

from morello.kernel.context import Context, Progress
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.tool import Cost, Route, tool
from morello.ledger.log import Log
from morello.ledger.verdict import Verdict


class CheckLogRequest(BaseModel):
    """Nothing to choose."""


@tool(
    "audit.check_log",
    title={
        "en": "Verify the whole log: every record, the tree and what was published.",
        "ko": "모든 기록, 트리, 공개된 체크포인트까지 원장 전체를 검증합니다.",
    },
    permission=Permission.READ_AUDIT,
    cost=Cost.INSTANT,
    route=Route("POST", "/api/v1/audit/check"),
    example={},
    timeout_s=None,
)
async def check_log(
    request: CheckLogRequest,  # noqa: ARG001 - every tool has one
    context: Context,
    log: Log,
) -> AsyncIterator[Progress | Verdict]:
    """Recompute everything of the caller's organization's log, telling how far it is."""
    message = Message(id="audit.progress.checking")
    async for step in log.verifying(context.principal.organization_id):
        context.cancellation.check()
        yield step if isinstance(step, Verdict) else Progress(message=message, share=step)
