"""`access.create_token`: exchange a session or key for a short-lived signed token."""

import datetime

from pydantic import BaseModel, Field, SecretStr

from morello.identity.credentials.api_keys import check_not_wider
from morello.identity.credentials.tokens import LASTS_MINUTES_MAX, Tokens
from morello.identity.people.scope import Scopes
from morello.kernel.context import Context, Fact
from morello.kernel.errors import InvalidInput
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool
from morello.kernel.values.credential import Credential, CredentialKind


class CreateTokenRequest(BaseModel):
    """How long, and how far."""

    minutes: int = Field(
        default=LASTS_MINUTES_MAX, ge=1, le=LASTS_MINUTES_MAX, description="Minutes it is good for."
    )
    scopes: Scopes = Field(
        default=None, description="Tools it may call, such as data.*; yours without."
    )


class NewToken(BaseModel):
    """A signed token (JWT), to be sent as a bearer's."""

    token: Credential = Field(description="The token.")
    expires_at: datetime.datetime = Field(description="When it ends.")


@tool(
    "access.create_token",
    title={
        "en": "Exchange your session or key for a short-lived signed token.",
        "ko": "세션이나 키를 잠시 쓸 수 있는 서명된 토큰으로 바꿉니다.",
    },
    permission=Permission.READ_CATALOG,  # everybody's who is signed in
    effect=Effect.WRITES,
    route=Route("POST", "/api/access/token"),
    example={"minutes": 5, "scopes": ["data.*"]},
)
async def create_token(request: CreateTokenRequest, context: Context, tokens: Tokens) -> NewToken:
    """Sign one; it ends with the session or key at the latest."""
    principal = context.principal
    if principal.credential_id is None:
        raise InvalidInput("no_session")
    scopes = principal.scopes if request.scopes is None else frozenset(request.scopes)
    check_not_wider(principal, principal.role, scopes)
    token, expires_at = tokens.create(principal, request.minutes, scopes)
    body = {"scopes": None if scopes is None else sorted(scopes), "minutes": request.minutes}
    stream = f"credential:{principal.credential_id}"
    context.record(Fact(stream=stream, kind="token.created", body=body))
    return NewToken(
        token=Credential(kind=CredentialKind.TOKEN, secret=SecretStr(token)), expires_at=expires_at
    )
