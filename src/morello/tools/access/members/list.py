"""`access.list_members`: who belongs to the organization."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.people.memberships import Member, Memberships
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool

_PAGE_MAX = 1000


class ListMembersRequest(BaseModel):
    """A page of members."""

    after: uuid.UUID | None = Field(
        default=None, description="Account after which the page begins."
    )
    limit: int = Field(default=100, ge=1, le=_PAGE_MAX, description="Most members to return.")


class MemberList(BaseModel):
    """Members, those who joined first at the top."""

    members: list[Member] = Field(description="The page.")
    next_after: uuid.UUID | None = Field(description="What to give as `after` for the next page.")


@tool(
    "access.list_members",
    title={"en": "List the members of the organization.", "ko": "조직의 구성원을 보여줍니다."},
    permission=Permission.MANAGE_ACCESS,
    route=Route("GET", "/api/security/members"),
    example={"limit": 10},
)
async def list_members(
    request: ListMembersRequest, context: Context, memberships: Memberships
) -> MemberList:
    """Return a page of members."""
    found = await memberships.members(
        context.principal.organization_id, after=request.after, limit=request.limit + 1
    )
    page = found[: request.limit]
    return MemberList(members=page, next_after=page[-1].id if len(found) > len(page) else None)
