"""`access.create_key`: an API key for a program."""

import datetime

from pydantic import BaseModel, Field

from morello.identity.credentials.api_keys import ApiKey, ApiKeys
from morello.identity.people.person import Name
from morello.identity.people.scope import Scopes
from morello.kernel.context import Context, Fact
from morello.kernel.permission import Permission, Role
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool
from morello.kernel.values.credential import Credential

_DAYS_MAX = 3650


class CreateKeyRequest(BaseModel):
    """What the key is for."""

    name: Name = Field(description="What it is called, so that one knows it again.")
    scopes: Scopes = Field(
        default=None, description="Tools it may call, such as data.*; yours without."
    )
    role: Role | None = Field(default=None, description="Role it has at most; yours without.")
    days: int | None = Field(
        default=90, ge=1, le=_DAYS_MAX, description="Days it is good for; null is for ever."
    )


class NewKey(BaseModel):
    """A key and its secret, shown this once."""

    key: ApiKey = Field(description="The key.")
    secret: Credential = Field(description="What to send as a bearer's. It is not shown again.")


@tool(
    "access.create_key",
    title={
        "en": "Create an API key; its secret is shown once.",
        "ko": "API 키를 만듭니다. 비밀 값은 한 번만 표시됩니다.",
    },
    permission=Permission.READ_CATALOG,  # everybody's: a key never may more than who made it
    effect=Effect.WRITES,
    route=Route("POST", "/api/security/api-keys"),
    example={"name": "nightly import", "scopes": ["data.*"], "days": 30},
)
async def create_key(request: CreateKeyRequest, context: Context, api_keys: ApiKeys) -> NewKey:
    """Make a key that acts in the caller's name, within what the caller may."""
    lasts = None if request.days is None else datetime.timedelta(days=request.days)
    key, secret = await api_keys.create(
        context.principal,
        name=request.name,
        role=request.role,
        scopes=request.scopes,
        expires_at=None if lasts is None else context.clock.now() + lasts,
    )
    body = {"name": key.name, "role": key.role.value, "scopes": key.scopes}
    context.record(Fact(stream=f"key:{key.id}", kind="key.created", body=body))
    return NewKey(key=key, secret=secret)
