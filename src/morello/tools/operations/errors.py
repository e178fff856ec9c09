"""`operations.errors`: what went wrong in an organization lately, in groups."""

import asyncio
import datetime
import uuid
from collections import Counter

from pydantic import BaseModel, Field

from morello.kernel.context import Context
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool
from morello.ledger.event import Event
from morello.ledger.log import Log

_KINDS = frozenset({"call.failed", "call.refused"})
_PAUSE_EVENTS = 200
"""Events after which others may go on with their work."""


class ErrorsRequest(BaseModel):
    """How far to look back."""

    events_max: int = Field(
        default=5_000, ge=1, le=50_000, description="Newest events of the log to look through."
    )


class Group(BaseModel):
    """Calls that ended alike."""

    error: str = Field(description="What was said, by its message's id.")
    fingerprint: str = Field(description="For our own mistakes: where in the code, as a digest.")
    count: int = Field(description="How many calls.")
    tools: dict[str, int] = Field(description="How many of each tool.")
    first_at: datetime.datetime = Field(description="When the first of them was.")
    last_at: datetime.datetime = Field(description="When the last of them was.")
    call: uuid.UUID = Field(description="The last of them.")
    event: uuid.UUID = Field(description="Its record.")
    next_step: Message = Field(description="What can be done about it.")


class ErrorList(BaseModel):
    """Groups, the most frequent first."""

    groups: list[Group] = Field(description="Calls that were refused or failed, alike together.")
    events: int = Field(description="Events that were looked through.")


@tool(
    "operations.errors",
    title={
        "en": "Show what went wrong lately, alike errors together.",
        "ko": "최근에 발생한 오류를 같은 것끼리 묶어 보여줍니다.",
    },
    permission=Permission.READ_AUDIT,
    route=Route("GET", "/api/v1/errors"),
    example={"events_max": 1000},
)
async def errors(request: ErrorsRequest, context: Context, log: Log) -> ErrorList:
    """Group the calls that were refused or failed, from the newest events of the log."""
    groups: dict[tuple[str, str], Group] = {}
    events = 0
    async for event in log.recent(context.principal.organization_id, limit=request.events_max):
        events += 1
        if events % _PAUSE_EVENTS == 0:
            context.cancellation.check()
            await asyncio.sleep(0)
        if event.kind in _KINDS:
            _add(groups, event)
    for group in groups.values():
        group.tools = dict(Counter(group.tools).most_common())
    by_count = sorted(groups.values(), key=lambda each: -each.count)
    return ErrorList(groups=by_count, events=events)


def _add(groups: dict[tuple[str, str], Group], event: Event) -> None:
    """Count an event that is older than those before it."""
    error, fingerprint = str(event.result["error"]), str(event.result.get("fingerprint", ""))
    group = groups.get((error, fingerprint))
    if group is None:
        group = groups[error, fingerprint] = Group(
            error=error,
            fingerprint=fingerprint,
            count=0,
            tools={},
            first_at=event.at,
            last_at=event.at,
            call=uuid.UUID(event.what["call"]),
            event=event.id,
            next_step=Message(id=f"{error}.next"),
        )
    group.count += 1
    group.first_at = event.at
    # A name that is no tool's was made up by the caller: it is one label, as in the metrics.
    tool_name = event.what["tool"] if "tool_version" in event.what else "none"
    group.tools[tool_name] = group.tools.get(tool_name, 0) + 1
