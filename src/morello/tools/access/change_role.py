"""`access.change_role`: give a member another role."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.callers import is_above
from morello.identity.known import Known
from morello.identity.people.memberships import Member, Memberships
from morello.kernel.context import Context, Fact
from morello.kernel.errors import Forbidden
from morello.kernel.permission import Permission, Role
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class ChangeRoleRequest(BaseModel):
    """Whose role, and which."""

    member: uuid.UUID = Field(description="Account of the member.")
    role: Role = Field(description="What they may do from now on.")
    approval_for: list[Effect] | None = Field(
        default=None,
        max_length=len(Effect),
        description="Effects that somebody else has to approve; as before without.",
    )


@tool(
    "access.change_role",
    title={"en": "Give a member another role.", "ko": "구성원의 역할을 바꿉니다."},
    permission=Permission.MANAGE_ACCESS,
    effect=Effect.WRITES,
    route=Route("PATCH", "/api/security/members/{member}"),
    example={"member": "00000000-0000-7000-8000-0000000000bb", "role": "viewer"},
)
async def change_role(
    request: ChangeRoleRequest, context: Context, memberships: Memberships, known: Known
) -> Member:
    """Change it at once, also for the sessions and keys of the member."""
    principal = context.principal
    before = await memberships.member(principal.organization_id, request.member)
    for role in (before.role, request.role):
        if is_above(role, principal.role):
            raise Forbidden("wider_role", role=role.value, own=principal.role.value)
    approval_for = before.approval_for if request.approval_for is None else request.approval_for
    await memberships.change(
        principal.organization_id, request.member, request.role, sorted(set(approval_for))
    )
    context.after_record.append(known.empty)
    body = {
        "from": before.role.value,
        "to": request.role.value,
        "approval_for": [each.value for each in approval_for],
    }
    context.record(Fact(stream=f"member:{request.member}", kind="member.changed", body=body))
    return await memberships.member(principal.organization_id, request.member)
