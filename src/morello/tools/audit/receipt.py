"""`audit.receipt`: the proof of a call, to keep and to show to others."""

import uuid
from typing import Literal

from pydantic import BaseModel, Field

from morello.kernel.context import Context
from morello.kernel.errors import NotFound
from morello.kernel.permission import Permission, allows
from morello.kernel.tool import Route, tool
from morello.ledger.event import Event
from morello.ledger.log import Log
from morello.ledger.receipt import Receipt

_EVENTS_BACK_MAX = 1_000
"""How far back the caller's newest call is looked for."""

Group = Literal["place", "who", "what", "query", "versions", "result"]


class ReceiptRequest(BaseModel):
    """Which event, and how much of it to tell."""

    event: uuid.UUID | None = Field(
        default=None, description="Id of the event, as the reply named it; else your newest call."
    )
    disclose: list[Group] = Field(
        default=["place", "who", "what", "query", "versions", "result"],
        description="What the evidence discloses; the rest stays behind its salted digest.",
    )


@tool(
    "audit.receipt",
    title={"en": "Fetch the receipt of a call.", "ko": "호출의 영수증을 가져옵니다."},
    permission=Permission.VERIFY,  # everybody's: whose receipts, is decided below
    route=Route("POST", "/api/v1/receipts"),
    example={},
)
async def receipt(request: ReceiptRequest, context: Context, log: Log) -> Receipt:
    """Return it to who made the call, and to those who may read the audit trail."""
    organization_id = context.principal.organization_id
    event = (
        await _newest(context, log)
        if request.event is None
        else await log.event(organization_id, request.event)
    )
    if not _is_own(event, context) and not allows(context.principal.role, Permission.READ_AUDIT):
        raise NotFound("event", event=str(event.id))
    return await log.receipt(organization_id, event.id, disclose=request.disclose)


async def _newest(context: Context, log: Log) -> Event:
    async for event in log.recent(context.principal.organization_id, limit=_EVENTS_BACK_MAX):
        if event.kind == "call.succeeded" and _is_own(event, context):
            return event
    raise NotFound("own_call")


def _is_own(event: Event, context: Context) -> bool:
    return bool(event.who.get("subject") == str(context.principal.subject_id))
