"""`access.create_group`: a name for several members."""

from pydantic import BaseModel, Field

from morello.identity.people.groups import Group, Groups
from morello.identity.people.person import Name
from morello.kernel.context import Context, Fact
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class CreateGroupRequest(BaseModel):
    """What it is called."""

    name: Name = Field(description="What the group is called.")


@tool(
    "access.create_group",
    title={"en": "Create a group of members.", "ko": "구성원 그룹을 만듭니다."},
    permission=Permission.MANAGE_ACCESS,
    effect=Effect.WRITES,
    route=Route("POST", "/api/security/groups"),
    example={"name": "Orchard"},
)
async def create_group(request: CreateGroupRequest, context: Context, groups: Groups) -> Group:
    """Make an empty group."""
    group = await groups.create(context.principal.organization_id, request.name)
    stream, body = f"group:{group.id}", {"name": group.name}
    context.record(Fact(stream=stream, kind="group.created", body=body))
    return group
