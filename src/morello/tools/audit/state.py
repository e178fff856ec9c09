"""`audit.state`: what one thing was like at any version or time."""

from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from morello.kernel.context import Context
from morello.kernel.errors import InvalidInput
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool
from morello.ledger.replay.merged import Merged
from morello.ledger.replay.replayer import Replayer


class StateRequest(BaseModel):
    """A stream, and when; both left out is now."""

    stream: str = Field(
        min_length=1,
        max_length=NAME_LENGTH_MAX,
        description="The thing, such as `dataset/<id>`; the audit trail names it.",
    )
    version: int | None = Field(default=None, ge=0, description="After this many events.")
    at: AwareDatetime | None = Field(default=None, description="As it was at this time.")


class PastState(BaseModel):
    """A state that was."""

    stream: str = Field(description="The thing.")
    version: int = Field(description="The number of events it was folded from.")
    state: dict[str, Any] = Field(description="The fields, each as it was last said.")
    notes: list[Message] = Field(description="What a reader should know of how it was made.")


@tool(
    "audit.state",
    title={
        "en": "Show what one thing was like at a version or a time.",
        "ko": "한 대상이 어떤 버전이나 시각에 어떤 상태였는지 보여줍니다.",
    },
    permission=Permission.READ_AUDIT,
    route=Route("GET", "/api/v1/audit/state"),
    example={"stream": "dataset/orders", "version": 1},
)
async def state(request: StateRequest, context: Context, replayer: Replayer) -> PastState:
    """Fold the stream's events up to there, field by field."""
    if request.version is not None and request.at is not None:
        raise InvalidInput("audit_until")
    replayed = await replayer.replay(
        context.principal.organization_id,
        request.stream,
        Merged(),
        until=request.at if request.version is None else request.version,
    )
    return PastState(
        stream=request.stream,
        version=replayed.version,
        state=replayed.state,
        notes=[Message(id="audit.state.merged")],
    )
