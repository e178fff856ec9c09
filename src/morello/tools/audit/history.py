"""`audit.history`: everything that happened to one thing, from its beginning."""

import datetime
import uuid
from typing import Any

from pydantic import BaseModel, Field

from morello.kernel.context import Context
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool
from morello.ledger.log import Log

_PAGE_MAX = 1_000


class HistoryRequest(BaseModel):
    """A page of a stream."""

    stream: str = Field(
        min_length=1,
        max_length=NAME_LENGTH_MAX,
        description="The thing, such as `dataset/<id>`; the audit trail names it.",
    )
    after: int = Field(default=0, ge=0, description="Version after which the page begins.")
    limit: int = Field(default=100, ge=1, le=_PAGE_MAX, description="Most events to return.")


class Happened(BaseModel):
    """One event of a stream."""

    event: uuid.UUID = Field(description="Id of the event, for its receipt.")
    version: int = Field(description="The version it made of the stream, from 1.")
    position: int = Field(description="Its place in the log.")
    at: datetime.datetime = Field(description="When, by the log's own clock.")
    kind: str = Field(description="What happened.")
    user: str = Field(description="Account or key that did it.")
    what: dict[str, Any] = Field(description="What it says.")


class History(BaseModel):
    """Events in order of version."""

    events: list[Happened] = Field(description="The page.")
    next_after: int | None = Field(description="What to give as `after` for the next page.")


@tool(
    "audit.history",
    title={
        "en": "Show everything that happened to one thing.",
        "ko": "한 대상에 일어난 모든 일을 순서대로 보여줍니다.",
    },
    permission=Permission.READ_AUDIT,
    route=Route("GET", "/api/v1/audit/history"),
    example={"stream": "dataset/orders"},
)
async def history(request: HistoryRequest, context: Context, log: Log) -> History:
    """Return a page of a stream of the caller's organization; a stream nobody knows is empty."""
    organization_id = context.principal.organization_id
    until = request.after + request.limit + 1
    found = [
        Happened(
            event=event.id,
            version=event.stream_version,
            position=event.position,
            at=event.at,
            kind=event.kind,
            user=str(event.who.get("subject", "")),
            what=event.what,
        )
        async for event in log.read(
            organization_id, request.stream, after=request.after, until=until
        )
    ]
    shown = found[: request.limit]
    more = len(found) > request.limit
    return History(events=shown, next_after=shown[-1].version if more else None)
