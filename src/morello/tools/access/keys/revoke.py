"""`access.revoke_key`: end an API key at once."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.credentials.api_keys import ApiKey, ApiKeys
from morello.identity.known import Known
from morello.kernel.context import Context, Fact
from morello.kernel.errors import NotFound
from morello.kernel.permission import Permission, allows
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class RevokeKeyRequest(BaseModel):
    """Which key."""

    key: uuid.UUID = Field(description="Id of the key.")


class RevokedKey(BaseModel):
    """The key that is no more."""

    revoked: ApiKey = Field(description="What it was.")


@tool(
    "access.revoke_key",
    title={"en": "Revoke an API key at once.", "ko": "API 키를 즉시 폐기합니다."},
    permission=Permission.READ_CATALOG,  # one's own are everybody's; others' are asked for below
    effect=Effect.DESTROYS,
    route=Route("DELETE", "/api/security/api-keys/{key}"),
    example={"key": "00000000-0000-7000-8000-0000000000dd"},
)
async def revoke_key(
    request: RevokeKeyRequest, context: Context, api_keys: ApiKeys, known: Known
) -> RevokedKey:
    """End one's own key, or anybody's as who manages access."""
    principal = context.principal
    key = await api_keys.key(principal.organization_id, request.key)
    if key.owner != principal.subject_id and not allows(principal.role, Permission.MANAGE_ACCESS):
        raise NotFound("key", key=str(request.key))
    await api_keys.revoke(principal.organization_id, key.id)
    context.after_record.append(known.empty)
    body = {"owner": str(key.owner)}
    context.record(Fact(stream=f"key:{key.id}", kind="key.revoked", body=body))
    return RevokedKey(revoked=key)
