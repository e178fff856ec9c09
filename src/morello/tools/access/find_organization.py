"""`access.find_organization`: which organization an e-mail address belongs to, by its domain."""

from pydantic import BaseModel, Field

from morello.identity.callers import By, Callers
from morello.identity.people.person import Email
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool
from morello.tools.access.sign_in import Choice


class FindOrganizationRequest(BaseModel):
    """Whose organization."""

    email: Email = Field(description="E-mail address; only its domain is looked at.")


class FoundOrganization(BaseModel):
    """The organization whose domain that is."""

    organization: Choice | None = Field(description="The organization; null for a domain of none.")


@tool(
    "access.find_organization",
    title={
        "en": "Find the organization of an e-mail address by its domain.",
        "ko": "이메일 주소의 도메인으로 조직을 찾습니다.",
    },
    permission=Permission.ENTER,
    route=Route("POST", "/api/access/find-organization"),
    example={"email": "cherry@example.org"},
)
async def find_organization(
    request: FindOrganizationRequest,
    context: Context,  # noqa: ARG001 - every tool has one
    callers: Callers,
) -> FoundOrganization:
    """Look at the domain alone, so that nobody learns who has an account."""
    found = await callers.find(By.DOMAIN, request.email.rpartition("@")[2])
    if not found or found[0].shut:
        return FoundOrganization(organization=None)
    return FoundOrganization(
        organization=Choice(id=found[0].organization_id, name=found[0].organization)
    )
