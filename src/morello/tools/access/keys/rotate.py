"""`access.rotate_key`: give an API key a new secret."""

import datetime
import uuid

from pydantic import BaseModel, Field

from morello.identity.credentials.api_keys import ApiKeys, check_not_wider
from morello.identity.known import Known
from morello.kernel.context import Context, Fact
from morello.kernel.errors import NotFound
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool
from morello.tools.access.keys.create import NewKey

_GRACE_HOURS_MAX = 168


class RotateKeyRequest(BaseModel):
    """Which key."""

    key: uuid.UUID = Field(description="Id of the key.")
    grace_hours: float = Field(
        default=24.0,
        ge=0,
        le=_GRACE_HOURS_MAX,
        description="Hours for which the old secret works beside the new one.",
    )


@tool(
    "access.rotate_key",
    title={
        "en": "Give an API key a new secret; the old one works for a while.",
        "ko": "API 키의 비밀 값을 교체합니다. 이전 값은 유예 시간 동안 유효합니다.",
    },
    permission=Permission.READ_CATALOG,  # for one's own key
    effect=Effect.WRITES,
    route=Route("POST", "/api/security/api-keys/{key}/rotate"),
    example={"key": "00000000-0000-7000-8000-0000000000dd", "grace_hours": 1},
)
async def rotate_key(
    request: RotateKeyRequest, context: Context, api_keys: ApiKeys, known: Known
) -> NewKey:
    """Rotate one's own key: whoever has its secret acts in its owner's name."""
    principal = context.principal
    before = await api_keys.key(principal.organization_id, request.key)
    if before.owner != principal.subject_id:
        raise NotFound("key", key=str(request.key))
    check_not_wider(principal, before.role, before.scopes)
    grace = datetime.timedelta(hours=request.grace_hours)
    key, secret = await api_keys.rotate(principal.organization_id, request.key, grace)
    context.after_record.append(known.empty)
    body = {"grace_hours": request.grace_hours}
    context.record(Fact(stream=f"key:{key.id}", kind="key.rotated", body=body))
    return NewKey(key=key, secret=secret)
