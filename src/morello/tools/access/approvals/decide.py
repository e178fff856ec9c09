"""`access.decide_approval`: approve or deny somebody else's request."""

import uuid
from typing import Literal

from pydantic import BaseModel, Field

from morello.identity.approvals import Approval, Approvals, Decision
from morello.kernel.context import Context, Fact
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class DecideApprovalRequest(BaseModel):
    """Which request, and what is decided."""

    approval: uuid.UUID = Field(description="Id of the request, as the refused call named it.")
    decision: Literal["approved", "denied"] = Field(description="approved or denied.")


@tool(
    "access.decide_approval",
    title={
        "en": "Approve or deny a request of somebody else.",
        "ko": "다른 사람의 요청을 승인하거나 거절합니다.",
    },
    permission=Permission.APPROVE,
    effect=Effect.WRITES,
    route=Route("POST", "/api/v1/approvals/{approval}"),
    example={"approval": "00000000-0000-7000-8000-0000000000aa", "decision": "approved"},
)
async def decide_approval(
    request: DecideApprovalRequest, context: Context, approvals: Approvals
) -> Approval:
    """Decide, and put the decision in the ledger."""
    decided = await approvals.decide(
        context.principal, request.approval, Decision(request.decision)
    )
    context.record(
        Fact(
            stream=f"approval:{decided.id}",
            kind=f"approval.{decided.decision.value}",
            body={"tool": decided.tool, "asked_by": str(decided.asked_by)},
        )
    )
    return decided
