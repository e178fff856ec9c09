"""`access.list_invitations`: who was asked in and has not come yet."""

from pydantic import BaseModel, Field

from morello.identity.people.invitations import Invitation, Invitations
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool


class ListInvitationsRequest(BaseModel):
    """Nothing to choose."""


class InvitationList(BaseModel):
    """Invitations, the newest first."""

    invitations: list[Invitation] = Field(description="Those that may still be accepted.")


@tool(
    "access.list_invitations",
    title={"en": "List the open invitations.", "ko": "수락되지 않은 초대를 보여줍니다."},
    permission=Permission.MANAGE_ACCESS,
    route=Route("GET", "/api/security/invitations"),
    example={},
)
async def list_invitations(
    request: ListInvitationsRequest,  # noqa: ARG001 - every tool has one
    context: Context,
    invitations: Invitations,
) -> InvitationList:
    """Return the open invitations of the caller's organization."""
    return InvitationList(invitations=await invitations.open(context.principal.organization_id))
