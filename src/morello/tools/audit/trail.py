"""`audit.trail`: who did what, when, from where, on what, and how it went."""

import datetime
import uuid
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from morello.kernel.context import Context
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool
from morello.ledger.event import Event
from morello.ledger.log import Log
from morello.ledger.proof import canonical
from morello.ledger.sealing import Sealing

_PAGE_MAX = 1_000
_SCANNED_EVENTS_MAX = 20_000
"""Events that one page looks through: a rare one takes several pages, and no page takes long."""
_SUCCEEDED = frozenset({"call.succeeded", "call.repeated"})
_CALL = "call."


class TrailRequest(BaseModel):
    """A page of the trail, newest first, and what has to be true of its entries."""

    user: uuid.UUID | None = Field(default=None, description="Only what this account or key did.")
    action: str = Field(
        default="",
        max_length=NAME_LENGTH_MAX,
        description="Only this tool, such as `data.query`, or this kind, such as `call.refused`.",
    )
    success: bool | None = Field(default=None, description="Only what succeeded, or only the rest.")
    since: AwareDatetime | None = Field(default=None, description="Not what was before this time.")
    until: AwareDatetime | None = Field(default=None, description="Not what was after this time.")
    text: str = Field(
        default="", max_length=200, description="Words that the resource or the details hold."
    )
    before: int | None = Field(
        default=None, ge=0, description="Position before which the page begins; else at the end."
    )
    limit: int = Field(default=100, ge=1, le=_PAGE_MAX, description="Most entries to return.")


class TrailEntry(BaseModel):
    """One entry: the nine fields, and where its proof is."""

    event: uuid.UUID = Field(description="Id of the event, for its receipt.")
    position: int = Field(description="Its place in the log.")
    time: datetime.datetime = Field(description="When, by the log's own clock.")
    user: str = Field(description="Account or key that acted; empty when nobody is known.")
    user_name: str | None = Field(description="Its name then; nothing once it was erased.")
    organization: uuid.UUID = Field(description="Where.")
    action: str = Field(description="The tool that was called, or the kind of fact.")
    resource: str = Field(description="What it was done to.")
    ip_address: str | None = Field(description="Where the call came from, when it is known.")
    user_agent: str | None = Field(description="With which program, when it is known.")
    success: bool = Field(description="Whether it was done.")
    details: dict[str, Any] = Field(description="Everything else that the event says.")


class Trail(BaseModel):
    """Entries, the newest first."""

    entries: list[TrailEntry] = Field(description="The page.")
    next_before: int | None = Field(
        description="What to give as `before` for the next page, which may hold none; else the end."
    )


@tool(
    "audit.trail",
    title={
        "en": "Read the audit trail: who did what, when and from where.",
        "ko": "감사 기록을 읽습니다: 누가, 언제, 어디에서, 무엇을 했는지 보여줍니다.",
    },
    permission=Permission.READ_AUDIT,
    route=Route("GET", "/api/v1/audit"),
    example={"limit": 10},
)
async def trail(request: TrailRequest, context: Context, log: Log, sealing: Sealing) -> Trail:
    """Return a page of the caller's organization's trail."""
    organization_id = context.principal.organization_id
    events: list[Event] = []
    position = request.before
    async for event in log.recent(
        organization_id, before=request.before, limit=_SCANNED_EVENTS_MAX
    ):
        context.cancellation.check()
        position = event.position
        if _fits(request, event):
            events.append(event)
        if len(events) == request.limit:
            break
    opened = await sealing.open_all(events)
    entries = [_entry(event, personal) for event, personal in zip(events, opened, strict=True)]
    return Trail(entries=entries, next_before=position or None)


def _entry(event: Event, personal: Any) -> TrailEntry:
    return TrailEntry(
        event=event.id,
        position=event.position,
        time=event.at,
        user=str(event.who.get("subject", "")),
        user_name=personal.get("name"),
        organization=event.organization_id,
        action=_action(event),
        resource=_resource(event),
        ip_address=personal.get("address"),
        user_agent=personal.get("user_agent"),
        success=_success(event),
        details={
            "kind": event.kind,
            "stream": event.stream,
            "who": event.who,
            "what": event.what,
            "query": event.query,
            "versions": event.versions,
            "result": event.result,
        },
    )


def _fits(request: TrailRequest, event: Event) -> bool:
    asked = (
        request.user is None or event.who.get("subject") == str(request.user),
        not request.action or request.action in {_action(event), event.kind},
        request.success is None or request.success is _success(event),
        request.since is None or event.at >= request.since,
        request.until is None or event.at <= request.until,
        not request.text or _holds(event, request.text),
    )
    return all(asked)


def _action(event: Event) -> str:
    return str(event.what.get("tool") or event.kind) if _is_call(event) else event.kind


def _resource(event: Event) -> str:
    """Return the datasets a call read, else the resource it names; a fact's own stream."""
    if not _is_call(event):
        return event.stream
    datasets = event.versions.get("datasets")
    given = event.what.get("input")
    named = list(datasets) if canonical.is_object(datasets) else []
    if not named and canonical.is_object(given):
        named = [str(given[each]) for each in ("data", "name", "dataset", "id") if given.get(each)]
    return ", ".join(named)


def _success(event: Event) -> bool:
    return event.kind in _SUCCEEDED or not _is_call(event)


def _is_call(event: Event) -> bool:
    return event.kind.startswith(_CALL)


def _holds(event: Event, text: str) -> bool:
    said = [event.what, event.query, event.versions, event.result, event.stream]
    return text.casefold() in canonical.encode(said).decode().casefold()
