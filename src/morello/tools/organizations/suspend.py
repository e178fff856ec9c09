"""`organizations.suspend`: let nobody of an organization in any more."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.known import Known
from morello.identity.organizations import Organization, Organizations
from morello.kernel.context import Context, Fact
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class SuspendOrganizationRequest(BaseModel):
    """Which organization."""

    organization: uuid.UUID = Field(description="Id of the organization.")


@tool(
    "organizations.suspend",
    title={
        "en": "Suspend an organization: nobody gets in, its data stays.",
        "ko": "조직을 정지합니다. 아무도 들어올 수 없고 데이터는 남습니다.",
    },
    permission=Permission.MANAGE_INSTALLATION,
    effect=Effect.WRITES,
    route=Route("POST", "/api/organizations/{organization}/suspend"),
    example={"organization": "00000000-0000-7000-8000-000000000001"},
)
async def suspend(
    request: SuspendOrganizationRequest,
    context: Context,
    organizations: Organizations,
    known: Known,
) -> Organization:
    """Shut it at once, also for sessions and keys that are in use."""
    organization = await organizations.suspend(request.organization)
    context.after_record.append(known.empty)
    stream = f"organization:{organization.id}"
    context.record(Fact(stream=stream, kind="organization.suspended"))
    return organization
