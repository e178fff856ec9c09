"""`access.remove_member`: let somebody go; their sessions and keys end at once."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.callers import By, Callers
from morello.identity.known import Known
from morello.identity.people.accounts import Accounts
from morello.identity.people.memberships import Member, Memberships
from morello.kernel.context import Context, Fact
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class RemoveMemberRequest(BaseModel):
    """Whom."""

    member: uuid.UUID = Field(description="Account of the member.")


class RemovedMember(BaseModel):
    """Who is no longer a member."""

    removed: Member = Field(description="What they were.")


@tool(
    "access.remove_member",
    title={
        "en": "Remove a member; their sessions and keys end at once.",
        "ko": "구성원을 내보내고 그 세션과 키를 즉시 끝냅니다.",
    },
    permission=Permission.MANAGE_ACCESS,
    effect=Effect.DESTROYS,
    route=Route("DELETE", "/api/security/members/{member}"),
    example={"member": "00000000-0000-7000-8000-0000000000bb"},
)
async def remove_member(
    request: RemoveMemberRequest,
    context: Context,
    memberships: Memberships,
    accounts: Accounts,
    callers: Callers,
    known: Known,
) -> RemovedMember:
    """End the membership, and the account of who is a member of nothing else."""
    organization_id = context.principal.organization_id
    member = await memberships.member(organization_id, request.member)
    if len(await callers.find(By.ACCOUNT, str(member.id))) == 1:
        await accounts.delete(organization_id, member.id)
    await memberships.remove(organization_id, member.id)
    context.after_record.append(known.empty)
    body = {"role": member.role.value}
    context.record(Fact(stream=f"member:{member.id}", kind="member.removed", body=body))
    return RemovedMember(removed=member)
