"""`access.withdraw_invitation`: take an invitation back."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.people.invitations import Invitations
from morello.kernel.context import Context, Fact
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class WithdrawInvitationRequest(BaseModel):
    """Which."""

    invitation: uuid.UUID = Field(description="Id of the invitation.")


class WithdrawnInvitation(BaseModel):
    """The invitation that nobody can accept any more."""

    withdrawn: uuid.UUID = Field(description="Its id.")


@tool(
    "access.withdraw_invitation",
    title={"en": "Withdraw an invitation.", "ko": "초대를 취소합니다."},
    permission=Permission.MANAGE_ACCESS,
    effect=Effect.WRITES,
    route=Route("DELETE", "/api/security/invitations/{invitation}"),
    example={"invitation": "00000000-0000-7000-8000-0000000000ee"},
)
async def withdraw_invitation(
    request: WithdrawInvitationRequest, context: Context, invitations: Invitations
) -> WithdrawnInvitation:
    """Remove it."""
    await invitations.spend(context.principal.organization_id, request.invitation)
    stream = f"invitation:{request.invitation}"
    context.record(Fact(stream=stream, kind="invitation.withdrawn"))
    return WithdrawnInvitation(withdrawn=request.invitation)
