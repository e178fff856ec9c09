"""`audit.watch`: what happens in the organization, as it happens."""

import datetime
import uuid
from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel, Field

from morello.kernel.context import Context, Update
from morello.kernel.permission import Permission, allows
from morello.kernel.tool import Route, tool
from morello.ledger.event import Event
from morello.ledger.log import Log

FOR_S_MAX = 3600.0
_PAGE = 500
_KINDS_MAX = 20
_FOR_ALL = ("dataset.",)
"""Kinds of what happens to things that every member knows of."""


class WatchRequest(BaseModel):
    """From where on, and for how long."""

    after: int | None = Field(
        default=None, ge=-1, description="Position in the ledger to go on after; now if left out."
    )
    kinds: list[str] = Field(
        default=[],
        max_length=_KINDS_MAX,
        description="How the kinds begin that are wanted, such as `dataset.`; all if left out.",
    )
    for_s: float = Field(
        default=300.0, gt=0, le=FOR_S_MAX, description="Seconds after which it ends by itself."
    )
    limit: int | None = Field(
        default=None, ge=1, description="Events after which it ends; none if left out."
    )


class Happened(Update):
    """One event."""

    position: int = Field(description="Its place in the ledger.")
    id: uuid.UUID = Field(description="Its id, by which its receipt is asked for.")
    kind: str = Field(description="What happened, such as `call.succeeded`.")
    stream: str = Field(description="What it happened to, such as `dataset:` and an id.")
    at: datetime.datetime = Field(description="When.")
    subject: str = Field(description="Id of who did it; empty where nobody did.")
    what: dict[str, Any] = Field(description="What is known of it.")
    result: dict[str, Any] = Field(description="How it ended, for calls.")


class Passed(Update):
    """Nothing up to a position is for this reader: a place to go on after."""

    position: int = Field(description="The last place in the ledger that was looked at.")


class Watched(BaseModel):
    """What was told until it ended."""

    events: int = Field(description="Events that were told.")
    after: int = Field(description="Where to go on after.")


@tool(
    "audit.watch",
    title={"en": "Watch what happens, as it happens.", "ko": "일어나는 일을 그대로 지켜봅니다."},
    permission=Permission.READ_CATALOG,  # every member's: who sees what, is decided below
    route=Route("GET", "/api/live"),
    example={"after": -1, "for_s": 0.2, "limit": 10},
    timeout_s=FOR_S_MAX + 60.0,
)
async def watch(
    request: WatchRequest, context: Context, log: Log
) -> AsyncIterator[Happened | Passed | Watched]:
    """Tell of one's own calls and of datasets; of everything to who may read the audit trail."""
    organization_id, clock = context.principal.organization_id, context.clock
    until = clock.monotonic() + request.for_s
    after = await _end(log, organization_id) if request.after is None else request.after
    told, at_limit = 0, False
    while not at_limit and (left_s := until - clock.monotonic()) > 0:
        seen, said = after, after
        async for event in log.follow(organization_id, after=after, limit=_PAGE):
            seen = event.position
            if _is_wanted(event, request) and _may_be_seen(event, context):
                told, said = told + 1, seen
                yield _told(event)
                at_limit = told == request.limit
            if at_limit:
                break
        if seen == after:
            await log.wait(organization_id, after=after, timeout_s=left_s)
        elif seen > said:
            yield Passed(position=seen)
        after = seen
    yield Watched(events=told, after=after)


async def _end(log: Log, organization_id: uuid.UUID) -> int:
    async for newest in log.recent(organization_id, limit=1):
        return newest.position
    return -1


def _is_wanted(event: Event, request: WatchRequest) -> bool:
    return not request.kinds or event.kind.startswith(tuple(request.kinds))


def _may_be_seen(event: Event, context: Context) -> bool:
    principal = context.principal
    return (
        allows(principal.role, Permission.READ_AUDIT)
        or event.kind.startswith(_FOR_ALL)
        or event.who.get("subject") == str(principal.subject_id)
    )


def _told(event: Event) -> Happened:
    return Happened(
        position=event.position,
        id=event.id,
        kind=event.kind,
        stream=event.stream,
        at=event.at,
        subject=str(event.who.get("subject", "")),
        what=event.what,
        result=event.result,
    )
