"""`access.list_groups`: which groups there are, and who is in them."""

from pydantic import BaseModel, Field

from morello.identity.people.groups import Group, Groups
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool


class ListGroupsRequest(BaseModel):
    """Nothing to choose."""


class GroupList(BaseModel):
    """Groups by name."""

    groups: list[Group] = Field(description="The groups.")


@tool(
    "access.list_groups",
    title={"en": "List the groups and their members.", "ko": "그룹과 그 구성원을 보여줍니다."},
    permission=Permission.MANAGE_ACCESS,
    route=Route("GET", "/api/security/groups"),
    example={},
)
async def list_groups(
    request: ListGroupsRequest,  # noqa: ARG001 - every tool has one
    context: Context,
    groups: Groups,
) -> GroupList:
    """Return every group of the caller's organization."""
    return GroupList(groups=await groups.groups(context.principal.organization_id))
