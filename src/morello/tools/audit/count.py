"""`audit.count`: how often each tool was called on each day, and how it went."""

import datetime

from pydantic import BaseModel, Field

from morello.kernel.context import Context
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool
from morello.ledger.replay.call_counts import DAYS_MAX, CallCounts
from morello.ledger.replay.replayer import Replayer


class CountRequest(BaseModel):
    """Which days, and which tool."""

    days: int = Field(default=30, ge=1, le=DAYS_MAX, description="Newest days to return.")
    action: str = Field(
        default="", max_length=NAME_LENGTH_MAX, description="Only this tool, such as `data.query`."
    )


class CallCount(BaseModel):
    """Calls of one tool on one day."""

    day: datetime.date = Field(description="The day, in UTC.")
    action: str = Field(description="The tool.")
    outcomes: dict[str, int] = Field(
        description="Calls by how they went: succeeded, repeated, refused, failed."
    )


class CallCountList(BaseModel):
    """Counts, the newest day first."""

    counts: list[CallCount] = Field(description="One for each day and tool.")
    events: int = Field(description="Events of the log that were counted.")


@tool(
    "audit.count",
    title={
        "en": "Count the calls by day, tool and outcome.",
        "ko": "날짜와 도구, 결과별로 호출 수를 셉니다.",
    },
    permission=Permission.READ_AUDIT,
    route=Route("GET", "/api/v1/audit/counts"),
    example={"days": 7},
)
async def count(request: CountRequest, context: Context, replayer: Replayer) -> CallCountList:
    """Return what the kept projection says, once it has caught up with the log."""
    counted = await replayer.current(context.principal.organization_id, CallCounts())
    counts = [
        CallCount(day=datetime.date.fromisoformat(day), action=action, outcomes=outcomes)
        for day in sorted(counted.state, reverse=True)[: request.days]
        for action, outcomes in sorted(counted.state[day].items())
        if request.action in {"", action}
    ]
    return CallCountList(counts=counts, events=counted.version)
