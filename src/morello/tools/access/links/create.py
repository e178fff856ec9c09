"""`access.create_link`: a one-time link for a member who cannot get in otherwise."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.callers import By, Callers, is_above
from morello.identity.credentials.entering import check_person
from morello.identity.credentials.links import RESET_PASSWORD, SIGN_IN, Links, Purpose
from morello.identity.people.memberships import Memberships
from morello.kernel.context import Context, Fact
from morello.kernel.errors import Forbidden
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool
from morello.kernel.values.credential import Credential


class CreateLinkRequest(BaseModel):
    """For whom, and what for."""

    member: uuid.UUID = Field(description="Account of the member.")
    purpose: Purpose = Field(
        default=SIGN_IN, description="reset_password also forgets their password and sessions."
    )


class NewLink(BaseModel):
    """What to hand to the member, shown once."""

    link: Credential = Field(description="Token for access.redeem_link, good for 15 minutes.")


@tool(
    "access.create_link",
    title={
        "en": "Make a one-time link for a member.",
        "ko": "구성원이 한 번만 쓸 수 있는 로그인 링크를 만듭니다.",
    },
    permission=Permission.MANAGE_ACCESS,
    effect=Effect.WRITES,
    route=Route("POST", "/api/security/links"),
    example={"member": "00000000-0000-7000-8000-0000000000bb"},
)
async def create_link(
    request: CreateLinkRequest,
    context: Context,
    memberships: Memberships,
    callers: Callers,
    links: Links,
) -> NewLink:
    """Make it, unless it would open more than this organization to who makes it."""
    check_person(context)
    principal = context.principal
    member = await memberships.member(principal.organization_id, request.member)
    if is_above(member.role, principal.role):
        raise Forbidden("wider_role", role=member.role.value, own=principal.role.value)
    # Whoever holds such a link can set the password, which other organizations trust, too.
    sets_password = request.purpose == RESET_PASSWORD or not member.has_password
    if sets_password and len(await callers.find(By.ACCOUNT, str(member.id))) > 1:
        raise Forbidden("belongs_elsewhere")
    link_id, credential = await links.create(principal.organization_id, member.id, request.purpose)
    body = {"member": str(member.id), "purpose": request.purpose}
    context.record(Fact(stream=f"link:{link_id}", kind="link.created", body=body))
    return NewLink(link=credential)
