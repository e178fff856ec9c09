"""`access.sign_in`: come in with an e-mail address and a password."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.callers import Found
from morello.identity.credentials.entering import as_recognized
from morello.identity.credentials.recognition import Recognition
from morello.identity.credentials.sessions import Opened
from morello.identity.people.person import Email, Shown
from morello.kernel.context import Context
from morello.kernel.errors import Forbidden, NotFound
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class SignInRequest(BaseModel):
    """Who comes, and where to."""

    email: Email = Field(description="E-mail address.")
    password: Shown = Field(description="Password.")
    organization: uuid.UUID | None = Field(
        default=None, description="Organization to enter; needed by who belongs to several."
    )


class Choice(BaseModel):
    """An organization that one may enter."""

    id: uuid.UUID = Field(description="Id, as X-Company-ID names it.")
    name: str = Field(description="What it is called.")


class SignedIn(BaseModel):
    """A session, or what there is to choose from."""

    opened: Opened | None = Field(description="The session; null while there is a choice.")
    organizations: list[Choice] = Field(description="Organizations that the person belongs to.")


@tool(
    "access.sign_in",
    title={
        "en": "Sign in with an e-mail address and a password.",
        "ko": "이메일 주소와 비밀번호로 로그인합니다.",
    },
    permission=Permission.ENTER,
    effect=Effect.WRITES,
    route=Route("POST", "/api/access/sign-in"),
    example={"email": "cherry@example.org", "password": "a long password of hers"},
)
async def sign_in(request: SignInRequest, context: Context, recognition: Recognition) -> SignedIn:
    """Recognize somebody and begin a session, which is a call of their own."""
    password = request.password.get_secret_value()
    known = await recognition.recognize(request.email, password, context.origin)
    found = [each for each in known if not each.shut]
    if not found:
        raise Forbidden("suspended")
    choices = [Choice(id=each.organization_id, name=each.organization) for each in found]
    chosen = _chosen(found, request.organization)
    if chosen is None:
        return SignedIn(opened=None, organizations=choices)
    opened = await as_recognized(context, chosen.principal()).call("access.start_session", {})
    return SignedIn(opened=opened, organizations=choices)


def _chosen(found: list[Found], organization_id: uuid.UUID | None) -> Found | None:
    if organization_id is None:
        return found[0] if len(found) == 1 else None
    for each in found:
        if each.organization_id == organization_id:
            return each
    raise NotFound("organization", organization=str(organization_id))
