"""`access.change_group`: rename a group, take members in, let members go."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.people.groups import CHANGES_MAX, Group, Groups
from morello.identity.people.person import Name
from morello.kernel.context import Context, Fact
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class ChangeGroupRequest(BaseModel):
    """Which group, and what changes."""

    group: uuid.UUID = Field(description="Id of the group.")
    name: Name | None = Field(default=None, description="New name; as before without.")
    add: list[uuid.UUID] = Field(
        default=[], max_length=CHANGES_MAX, description="Accounts of members to take in."
    )
    remove: list[uuid.UUID] = Field(
        default=[], max_length=CHANGES_MAX, description="Accounts of members to let go."
    )


@tool(
    "access.change_group",
    title={
        "en": "Rename a group, or change who is in it.",
        "ko": "그룹의 이름이나 구성원을 바꿉니다.",
    },
    permission=Permission.MANAGE_ACCESS,
    effect=Effect.WRITES,
    route=Route("PATCH", "/api/security/groups/{group}"),
    example={"group": "00000000-0000-7000-8000-0000000000ff", "name": "Orchard"},
)
async def change_group(request: ChangeGroupRequest, context: Context, groups: Groups) -> Group:
    """Change it as a whole or not at all."""
    group = await groups.change(
        context.principal.organization_id,
        request.group,
        name=request.name,
        add=request.add,
        remove=request.remove,
    )
    body = {
        "name": group.name,
        "added": [str(each) for each in request.add],
        "removed": [str(each) for each in request.remove],
    }
    context.record(Fact(stream=f"group:{group.id}", kind="group.changed", body=body))
    return group
