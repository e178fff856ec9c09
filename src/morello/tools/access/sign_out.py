"""`access.sign_out`: end one's own session."""

from pydantic import BaseModel, Field, SecretStr

from morello.identity.credentials.sessions import Sessions
from morello.identity.known import Known
from morello.kernel.context import Context, Fact
from morello.kernel.errors import InvalidInput
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect, Kind
from morello.kernel.tool import Route, tool
from morello.kernel.values.credential import Credential, CredentialKind


class SignOutRequest(BaseModel):
    """Nothing to choose."""


class SignedOut(BaseModel):
    """The session is over."""

    session: Credential = Field(description="Empty: what a browser keeps from now on.")


@tool(
    "access.sign_out",
    title={"en": "Sign out: end this session.", "ko": "로그아웃하여 이 세션을 끝냅니다."},
    permission=Permission.READ_CATALOG,  # everybody's who is signed in
    effect=Effect.WRITES,
    route=Route("POST", "/api/access/sign-out"),
    example={},
)
async def sign_out(
    request: SignOutRequest,  # noqa: ARG001 - every tool has one
    context: Context,
    sessions: Sessions,
    known: Known,
) -> SignedOut:
    """End the session that the call came with."""
    principal = context.principal
    if principal.kind is not Kind.PERSON or principal.credential_id is None:
        raise InvalidInput("no_session")
    await sessions.end(principal.organization_id, principal.credential_id)
    context.after_record.append(known.empty)
    context.record(Fact(stream=f"session:{principal.credential_id}", kind="session.ended"))
    return SignedOut(session=Credential(kind=CredentialKind.SESSION, secret=SecretStr("")))
