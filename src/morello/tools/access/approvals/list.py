"""`access.list_approvals`: the requests that wait for a decision."""

from pydantic import BaseModel

from morello.identity.approvals import Approval, Approvals
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool


class ListApprovalsRequest(BaseModel):
    """Nothing to choose."""


class OpenApprovals(BaseModel):
    """Requests, the oldest first."""

    approvals: list[Approval]


@tool(
    "access.list_approvals",
    title={
        "en": "List the requests that wait for somebody's approval.",
        "ko": "승인을 기다리는 요청을 보여줍니다.",
    },
    permission=Permission.APPROVE,
    route=Route("GET", "/api/v1/approvals"),
    example={},
)
async def list_approvals(
    request: ListApprovalsRequest,  # noqa: ARG001 - every tool has one
    context: Context,
    approvals: Approvals,
) -> OpenApprovals:
    """Return the open requests of the caller's organization."""
    return OpenApprovals(approvals=list(await approvals.open(context.principal.organization_id)))
