"""`access.start_session`: the person's own part of coming in. Only our own tools call it."""

import datetime
import uuid

from pydantic import BaseModel, Field

from morello.identity.callers import By, Callers, Found
from morello.identity.credentials.entering import check_entering
from morello.identity.credentials.links import RESET_PASSWORD, Links
from morello.identity.credentials.sessions import Opened, Sessions
from morello.identity.known import Known
from morello.kernel.context import Context, Fact
from morello.kernel.errors import Forbidden
from morello.kernel.ids import INSTALLATION
from morello.kernel.permission import Permission, Role
from morello.kernel.principal import Effect
from morello.kernel.tool import tool

BREAK_GLASS_MINUTES_MAX = 60


class StartSessionRequest(BaseModel):
    """What lets them in, beside having been recognized."""

    link: uuid.UUID | None = Field(default=None, description="One-time link that this spends.")
    reason: str | None = Field(
        default=None, max_length=1000, description="Why a super admin breaks the glass."
    )
    minutes: int = Field(
        default=BREAK_GLASS_MINUTES_MAX,
        ge=1,
        le=BREAK_GLASS_MINUTES_MAX,
        description="How long the glass stays broken.",
    )


@tool(
    "access.start_session",
    title={
        "en": "Begin the session of somebody who was recognized just now.",
        "ko": "방금 확인된 사람의 세션을 시작합니다.",
    },
    permission=Permission.ENTER,
    effect=Effect.WRITES,
    example={},
)
async def start_session(
    request: StartSessionRequest,
    context: Context,
    callers: Callers,
    sessions: Sessions,
    links: Links,
    known: Known,
) -> Opened:
    """Begin it in the person's organization, whose ledger then says who came in, and how."""
    check_entering(context)
    principal, way = context.principal, "password"
    member = await _member(request, context, callers)
    epoch = member.epoch or 0
    if request.link is not None:
        way = await links.spend(principal.organization_id, request.link)
        if way == RESET_PASSWORD:
            context.after_record.append(known.empty)
            epoch += 1
    lasts = None if request.reason is None else datetime.timedelta(minutes=request.minutes)
    opened = await sessions.start(
        principal, context.origin, epoch, lasts=lasts, reason=request.reason
    )
    body = {"way": way if request.reason is None else "break_glass"}
    context.record(Fact(stream=f"session:{opened.id}", kind="session.started", body=body))
    return opened


async def _member(request: StartSessionRequest, context: Context, callers: Callers) -> Found:
    """Return the membership that lets them in. Raises Forbidden without one."""
    principal = context.principal
    where = principal.organization_id if request.reason is None else INSTALLATION
    for found in await callers.find(By.ACCOUNT, str(principal.subject_id)):
        if found.organization_id == where and (
            request.reason is None or found.role == Role.SUPER_ADMIN
        ):
            return found
    raise Forbidden("not_member")
