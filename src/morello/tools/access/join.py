"""`access.join`: the person's own part of accepting an invitation. Only our own tools call it."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.credentials.entering import check_entering
from morello.identity.people.accounts import Accounts
from morello.identity.people.invitations import Invitations
from morello.identity.people.membership import Membership
from morello.identity.people.memberships import Memberships
from morello.identity.people.person import Email, PersonName, Shown
from morello.kernel.context import Context, Fact
from morello.kernel.errors import TooLarge
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.protocols.quotas import Quotas
from morello.kernel.tool import tool


class JoinRequest(BaseModel):
    """The invitation, and an account for who has none."""

    invitation: uuid.UUID = Field(description="Invitation that this spends.")
    email: Email | None = Field(default=None, description="E-mail address of the new account.")
    name: PersonName | None = Field(default=None, description="What the new person is called.")
    password_hash: Shown | None = Field(default=None, description="What is kept of the password.")


class Joined(BaseModel):
    """A new member."""

    member: uuid.UUID = Field(description="Account of the member.")


@tool(
    "access.join",
    title={
        "en": "Take somebody in who accepts an invitation.",
        "ko": "초대를 수락한 사람을 조직에 들입니다.",
    },
    permission=Permission.ENTER,
    effect=Effect.WRITES,
    example={"invitation": "00000000-0000-7000-8000-0000000000ee"},
)
async def join(
    request: JoinRequest,
    context: Context,
    invitations: Invitations,
    memberships: Memberships,
    accounts: Accounts,
    quotas: Quotas,
) -> Joined:
    """Spend the invitation and write the membership down, in the organization's own ledger."""
    check_entering(context)
    principal = context.principal
    organization_id = principal.organization_id
    members_max = (await quotas.of(organization_id)).members_max
    if await memberships.count(organization_id) >= members_max:
        raise TooLarge("members", members_max=members_max)
    await invitations.spend(organization_id, request.invitation)
    membership = Membership.new(
        organization_id, principal.role, context.clock, principal.subject_id
    )
    if request.password_hash is None:
        await memberships.add(membership)
    else:
        await accounts.create(
            membership,
            email=request.email or "",
            name=request.name or "",
            password_hash=request.password_hash.get_secret_value(),
        )
    stream, body = f"member:{principal.subject_id}", {"role": principal.role.value}
    context.record(Fact(stream=stream, kind="member.joined", body=body))
    return Joined(member=principal.subject_id)
