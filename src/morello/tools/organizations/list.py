"""`organizations.list`: which organizations there are."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.organizations import Organization, Organizations
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool

_PAGE_MAX = 1000


class ListOrganizationsRequest(BaseModel):
    """A page of organizations."""

    after: uuid.UUID | None = Field(default=None, description="Id after which the page begins.")
    limit: int = Field(default=100, ge=1, le=_PAGE_MAX, description="Most to return.")


class OrganizationList(BaseModel):
    """Organizations, the oldest first."""

    organizations: list[Organization] = Field(description="The page.")
    next_after: uuid.UUID | None = Field(description="What to give as `after` for the next page.")


@tool(
    "organizations.list",
    title={"en": "List the organizations.", "ko": "조직 목록을 보여줍니다."},
    permission=Permission.MANAGE_INSTALLATION,
    route=Route("GET", "/api/organizations"),
    example={"limit": 10},
)
async def list_(
    request: ListOrganizationsRequest,
    context: Context,  # noqa: ARG001 - every tool has one
    organizations: Organizations,
) -> OrganizationList:
    """Return a page of organizations."""
    found = await organizations.organizations(after=request.after, limit=request.limit + 1)
    page = found[: request.limit]
    more = len(found) > len(page)
    return OrganizationList(organizations=page, next_after=page[-1].id if more else None)
