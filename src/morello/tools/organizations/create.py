"""`organizations.create`: a new organization, and an invitation for who will head it."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from morello.identity.organizations import Organization, Organizations
from morello.identity.people.person import Email, Name
from morello.kernel.context import Context, Fact
from morello.kernel.ids import new_id
from morello.kernel.permission import Permission, Role
from morello.kernel.principal import Effect, Kind, Principal
from morello.kernel.tool import Route, tool
from morello.kernel.values.credential import Credential

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]


class CreateOrganizationRequest(BaseModel):
    """What it is called, and who heads it."""

    name: Name = Field(description="What the organization is called.")
    slug: Slug = Field(description="Short name, unique here: lower case, digits, hyphens.")
    admin: Email = Field(description="E-mail address of the first administrator.")
    region: Name | None = Field(
        default=None, description="Where its data has to stay; anywhere without."
    )


class NewOrganization(BaseModel):
    """The organization, and what to hand to its first administrator."""

    organization: Organization = Field(description="The organization.")
    link: Credential = Field(description="Token for access.accept_invitation, shown once.")


@tool(
    "organizations.create",
    title={
        "en": "Create an organization and invite its first administrator.",
        "ko": "조직을 만들고 첫 관리자를 초대합니다.",
    },
    permission=Permission.MANAGE_INSTALLATION,
    effect=Effect.WRITES,
    route=Route("POST", "/api/organizations"),
    example={"name": "Orchard", "slug": "orchard", "admin": "head@example.org"},
)
async def create(
    request: CreateOrganizationRequest, context: Context, organizations: Organizations
) -> NewOrganization:
    """Invite in the new organization's own name and ledger, then write the organization down."""
    organization_id = new_id()
    host = Principal(
        organization_id=organization_id,
        subject_id=context.principal.subject_id,
        name=context.principal.name,
        role=Role.ORG_ADMIN,
        kind=Kind.SYSTEM,
    )
    given = {"email": request.admin, "role": Role.ORG_ADMIN}
    invited = await context.as_(host).call("access.invite", given)
    organization = await organizations.create(
        name=request.name,
        slug=request.slug,
        region=request.region,
        organization_id=organization_id,
    )
    stream, body = f"organization:{organization.id}", {"name": request.name, "slug": request.slug}
    context.record(Fact(stream=stream, kind="organization.created", body=body))
    return NewOrganization(organization=organization, link=invited.link)
