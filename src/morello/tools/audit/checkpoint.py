"""`audit.checkpoint`: the log's signed size and root, and that it continues an older one."""

from pydantic import BaseModel, Field

from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool
from morello.ledger.log import Log
from morello.ledger.proof import base64_text
from morello.ledger.proof.checkpoint import Checkpoint
from morello.ledger.proof.note import Note


class CheckpointRequest(BaseModel):
    """Whether the log is to be held against an older checkpoint of it."""

    since: int | None = Field(
        default=None, ge=0, description="Size of a checkpoint you kept, to prove that it goes on."
    )


class SignedCheckpoint(BaseModel):
    """What the log says of itself, to keep where nobody here can change it."""

    note: str = Field(description="The checkpoint: a C2SP signed note.")
    size: int = Field(description="Events in the log.")
    consistency: list[str] = Field(
        description="The RFC 9162 consistency proof from `since` to this size: hashes in base64."
    )


@tool(
    "audit.checkpoint",
    title={
        "en": "Fetch the log's signed checkpoint, and the proof that it continues an older one.",
        "ko": "서명된 원장 체크포인트와 그것이 이전 체크포인트에 이어진다는 증명을 가져옵니다.",
    },
    permission=Permission.READ_AUDIT,
    route=Route("GET", "/api/v1/audit/checkpoint"),
    example={"since": 0},
)
async def checkpoint(request: CheckpointRequest, context: Context, log: Log) -> SignedCheckpoint:
    """Return the newest checkpoint of the caller's organization's log."""
    organization_id = context.principal.organization_id
    note = await log.checkpoint(organization_id)
    size = Checkpoint.parse(Note.parse(note).text).size
    hashes: list[bytes] = []
    if request.since is not None:
        hashes = await log.consistency(organization_id, request.since, size)
    consistency = [base64_text.encode(each) for each in hashes]
    return SignedCheckpoint(note=note, size=size, consistency=consistency)
