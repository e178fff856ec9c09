"""`organizations.restore`: let an organization's people in again."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.known import Known
from morello.identity.organizations import Organization, Organizations
from morello.kernel.context import Context, Fact
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class RestoreOrganizationRequest(BaseModel):
    """Which organization."""

    organization: uuid.UUID = Field(description="Id of the organization.")


@tool(
    "organizations.restore",
    title={
        "en": "Restore a suspended organization.",
        "ko": "정지된 조직을 다시 엽니다.",
    },
    permission=Permission.MANAGE_INSTALLATION,
    effect=Effect.WRITES,
    route=Route("POST", "/api/organizations/{organization}/restore"),
    example={"organization": "00000000-0000-7000-8000-000000000001"},
)
async def restore(
    request: RestoreOrganizationRequest,
    context: Context,
    organizations: Organizations,
    known: Known,
) -> Organization:
    """Open it again, also for sessions and keys that have not ended."""
    organization = await organizations.restore(request.organization)
    context.after_record.append(known.empty)
    stream = f"organization:{organization.id}"
    context.record(Fact(stream=stream, kind="organization.restored"))
    return organization
