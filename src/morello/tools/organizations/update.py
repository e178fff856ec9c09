"""`organizations.update`: change what an organization is called, where it is, whose domains."""

import uuid
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from morello.identity.known import Known
from morello.identity.organizations import DOMAINS_MAX, Organization, Organizations
from morello.identity.people.person import Domain, Name
from morello.kernel.context import Context, Fact
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool

_Region = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


class UpdateOrganizationRequest(BaseModel):
    """Which organization, and what changes; what is left out stays."""

    organization: uuid.UUID = Field(description="Id of the organization.")
    name: Name | None = Field(default=None, description="What it is called.")
    region: _Region | None = Field(
        default=None, description="Where its data has to stay; empty is anywhere."
    )
    domains: list[Domain] | None = Field(
        default=None,
        max_length=DOMAINS_MAX,
        description="E-mail domains of its people. Check first that they are theirs.",
    )


@tool(
    "organizations.update",
    title={
        "en": "Change an organization's name, region or e-mail domains.",
        "ko": "조직의 이름, 지역, 이메일 도메인을 바꿉니다.",
    },
    permission=Permission.MANAGE_INSTALLATION,
    effect=Effect.WRITES,
    route=Route("PATCH", "/api/organizations/{organization}"),
    example={
        "organization": "00000000-0000-7000-8000-000000000001",
        "domains": ["orchard.example.org"],
    },
)
async def update(
    request: UpdateOrganizationRequest,
    context: Context,
    organizations: Organizations,
    known: Known,
) -> Organization:
    """Change what is given."""
    changed = await organizations.update(
        await organizations.organization(request.organization),
        name=request.name,
        region=request.region,
        domains=request.domains,
    )
    context.after_record.append(known.empty)
    body = {"name": changed.name, "region": changed.region, "domains": changed.domains}
    stream = f"organization:{changed.id}"
    context.record(Fact(stream=stream, kind="organization.updated", body=body))
    return changed
