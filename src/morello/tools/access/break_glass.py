"""`access.break_glass`: a super admin's timed look into an organization, in its own ledger."""

import uuid
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from morello.identity.credentials.entering import as_recognized, check_person
from morello.identity.credentials.sessions import Opened
from morello.identity.organizations import Organizations
from morello.kernel.context import Context, Fact
from morello.kernel.errors import Conflict
from morello.kernel.ids import INSTALLATION
from morello.kernel.permission import Permission, Role
from morello.kernel.principal import Effect, Principal
from morello.kernel.tool import Route, tool
from morello.tools.access.sessions.start import BREAK_GLASS_MINUTES_MAX

_Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=1000)]


class BreakGlassRequest(BaseModel):
    """Where, why, and for how long."""

    organization: uuid.UUID = Field(description="Organization to look into.")
    reason: _Reason = Field(description="Why; the organization reads it in its audit trail.")
    minutes: int = Field(
        default=30, ge=1, le=BREAK_GLASS_MINUTES_MAX, description="Minutes until it is over."
    )


@tool(
    "access.break_glass",
    title={
        "en": "Look into an organization for a limited time, with a reason it can read.",
        "ko": "사유를 남기고 제한된 시간 동안 조직 내부를 살펴봅니다.",
    },
    permission=Permission.MANAGE_INSTALLATION,
    effect=Effect.WRITES,
    route=Route("POST", "/api/access/break-glass"),
    example={
        "organization": "00000000-0000-7000-8000-000000000001",
        "reason": "The last administrator lost the password.",
        "minutes": 15,
    },
)
async def break_glass(
    request: BreakGlassRequest, context: Context, organizations: Organizations
) -> Opened:
    """Begin a session there as its administrator. It can make nothing that outlasts it."""
    check_person(context)
    organization = await organizations.organization(request.organization)
    if organization.id == INSTALLATION:
        raise Conflict("installation")
    principal = Principal(
        organization_id=organization.id,
        subject_id=context.principal.subject_id,
        name=context.principal.name,
        role=Role.ORG_ADMIN,
        region=organization.region,
    )
    given = {"reason": request.reason, "minutes": request.minutes}
    opened = await as_recognized(context, principal).call("access.start_session", given)
    assert isinstance(opened, Opened), "that is what starting a session gives"
    body = {"reason": request.reason, "session": str(opened.id), "minutes": request.minutes}
    stream = f"organization:{organization.id}"
    context.record(Fact(stream=stream, kind="glass.broken", body=body))
    return opened
