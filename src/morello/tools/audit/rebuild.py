"""`audit.rebuild`: a kept projection folded again from the first event, and compared."""

from typing import Literal

from pydantic import BaseModel, Field

from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool
from morello.ledger.replay.call_counts import CallCounts
from morello.ledger.replay.projection import differences
from morello.ledger.replay.replayer import WHOLE_LOG, Replayer

_PROJECTIONS = {each.name: each for each in (CallCounts(),)}
_DIFFERENCES_MAX = 100


class RebuildRequest(BaseModel):
    """Which projection."""

    projection: Literal["call_counts"] = Field(
        default="call_counts", description="The projection: how often each tool was called."
    )


class Rebuilt(BaseModel):
    """How the kept state compares."""

    projection: str = Field(description="The projection.")
    events: int = Field(description="Events that both states were folded from.")
    same: bool = Field(description="Whether the kept state is the rebuilt one.")
    differences: list[str] = Field(
        description="Keys in which they differed, at most 100; the kept state was then replaced."
    )


@tool(
    "audit.rebuild",
    title={
        "en": "Rebuild a kept projection from the log, and compare.",
        "ko": "보관된 집계를 원장에서 다시 만들어 비교합니다.",
    },
    permission=Permission.READ_AUDIT,
    effect=Effect.WRITES,
    route=Route("POST", "/api/v1/audit/rebuild"),
    example={"projection": "call_counts"},
    timeout_s=None,
)
async def rebuild(request: RebuildRequest, context: Context, replayer: Replayer) -> Rebuilt:
    """Fold the log anew; when the kept state differs, drop it, so that it is made again."""
    organization_id, projection = (
        context.principal.organization_id,
        _PROJECTIONS[request.projection],
    )
    kept = await replayer.current(organization_id, projection)
    rebuilt = await replayer.rebuild(organization_id, projection, until=kept.version)
    found = differences(kept.state, rebuilt.state)
    if found:
        await replayer.snapshots.forget(organization_id, WHOLE_LOG, projection)
    return Rebuilt(
        projection=projection.name,
        events=rebuilt.version,
        same=not found,
        differences=found[:_DIFFERENCES_MAX],
    )
