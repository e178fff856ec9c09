"""`access.invite`: ask somebody in."""

from pydantic import BaseModel, Field, SecretStr

from morello.identity.callers import is_above
from morello.identity.people.invitations import DAYS_MAX, Invitation, Invitations
from morello.identity.people.person import Email
from morello.kernel.context import Context, Fact
from morello.kernel.errors import Forbidden
from morello.kernel.permission import Permission, Role
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool
from morello.kernel.values.credential import Credential, CredentialKind


class InviteRequest(BaseModel):
    """Whom, and as what."""

    email: Email = Field(description="E-mail address of who is invited.")
    role: Role = Field(default=Role.VIEWER, description="What they will be allowed to do.")
    days: int = Field(default=7, ge=1, le=DAYS_MAX, description="Days it may be accepted for.")


class NewInvitation(BaseModel):
    """What to hand to who is invited, shown once."""

    invitation: Invitation = Field(description="The invitation.")
    link: Credential = Field(description="Token for access.accept_invitation.")


@tool(
    "access.invite",
    title={"en": "Invite somebody to the organization.", "ko": "조직에 새 구성원을 초대합니다."},
    permission=Permission.MANAGE_ACCESS,
    effect=Effect.WRITES,
    route=Route("POST", "/api/security/invitations"),
    example={"email": "berry@example.org", "role": "viewer"},
)
async def invite(
    request: InviteRequest, context: Context, invitations: Invitations
) -> NewInvitation:
    """Write the invitation down; nobody gives a role above their own."""
    principal = context.principal
    if is_above(request.role, principal.role):
        raise Forbidden("wider_role", role=request.role.value, own=principal.role.value)
    invitation, secret = await invitations.invite(
        principal.organization_id,
        email=request.email,
        role=request.role,
        invited_by=principal.subject_id,
        days=request.days,
    )
    stream, body = f"invitation:{invitation.id}", {"role": invitation.role.value}
    context.record(Fact(stream=stream, kind="member.invited", body=body))
    credential = Credential(kind=CredentialKind.LINK, secret=SecretStr(secret))
    return NewInvitation(invitation=invitation, link=credential)
