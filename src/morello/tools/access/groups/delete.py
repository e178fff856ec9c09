"""`access.delete_group`: remove a group; its members stay."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.people.groups import Group, Groups
from morello.kernel.context import Context, Fact
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class DeleteGroupRequest(BaseModel):
    """Which group."""

    group: uuid.UUID = Field(description="Id of the group.")


class DeletedGroup(BaseModel):
    """The group that is gone."""

    deleted: Group = Field(description="What it was.")


@tool(
    "access.delete_group",
    title={
        "en": "Delete a group; its members stay.",
        "ko": "그룹을 삭제합니다. 구성원은 남습니다.",
    },
    permission=Permission.MANAGE_ACCESS,
    effect=Effect.DESTROYS,
    route=Route("DELETE", "/api/security/groups/{group}"),
    example={"group": "00000000-0000-7000-8000-0000000000ff"},
)
async def delete_group(
    request: DeleteGroupRequest, context: Context, groups: Groups
) -> DeletedGroup:
    """Remove it."""
    group = await groups.delete(context.principal.organization_id, request.group)
    stream, body = f"group:{group.id}", {"name": group.name}
    context.record(Fact(stream=stream, kind="group.deleted", body=body))
    return DeletedGroup(deleted=group)
