"""`organizations.limit`: give an organization limits of its own."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.organizations import Organizations
from morello.kernel.context import Context, Fact
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.protocols.quotas import Quota, QuotaChange, Quotas
from morello.kernel.tool import Route, tool


class LimitOrganizationRequest(BaseModel):
    """Which organization, and its limits."""

    organization: uuid.UUID = Field(description="Id of the organization.")
    quota: QuotaChange = Field(description="Limits; those left out are as the settings say.")


class Limits(BaseModel):
    """What holds from now on."""

    quota: Quota = Field(description="The limits.")


@tool(
    "organizations.limit",
    title={
        "en": "Give an organization limits of its own.",
        "ko": "조직에 별도의 사용 한도를 정합니다.",
    },
    permission=Permission.MANAGE_INSTALLATION,
    effect=Effect.WRITES,
    route=Route("PUT", "/api/organizations/{organization}/limits"),
    example={
        "organization": "00000000-0000-7000-8000-000000000001",
        "quota": {"members_max": 50},
    },
)
async def limit(
    request: LimitOrganizationRequest,
    context: Context,
    organizations: Organizations,
    quotas: Quotas,
) -> Limits:
    """Set them in the organization's own name, so that its ledger says so, too."""
    principal = context.principal
    if principal.organization_id != request.organization:
        await organizations.organization(request.organization)
        there = principal.model_copy(update={"organization_id": request.organization})
        limits = await context.as_(there).call(context.tool, request)
        assert isinstance(limits, Limits), "it is this same tool"
        return limits
    quota = await quotas.change(request.organization, request.quota)
    stream = f"organization:{request.organization}"
    body = request.quota.model_dump(exclude_none=True)
    context.record(Fact(stream=stream, kind="organization.limited", body=body))
    return Limits(quota=quota)
