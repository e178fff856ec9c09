"""`access.accept_invitation`: come in as who was asked in."""

from pydantic import BaseModel, Field

from morello.identity.callers import By, Callers
from morello.identity.credentials.digests import Digests
from morello.identity.credentials.entering import as_recognized
from morello.identity.credentials.recognition import Recognition
from morello.identity.credentials.sessions import Opened
from morello.identity.people.person import PersonName, Shown
from morello.kernel.context import Context
from morello.kernel.errors import Forbidden, InvalidInput, Unauthenticated
from morello.kernel.ids import new_id
from morello.kernel.permission import Permission, Role
from morello.kernel.principal import Effect, Principal
from morello.kernel.tool import Route, tool


class AcceptInvitationRequest(BaseModel):
    """The invitation, and who comes."""

    link: Shown = Field(description="Token of the invitation.")
    password: Shown = Field(
        description="A new password, 12 to 256 letters; the present one of who has an account."
    )
    name: PersonName | None = Field(
        default=None, description="What you are called; not needed by who has an account."
    )


@tool(
    "access.accept_invitation",
    title={
        "en": "Accept an invitation and come in.",
        "ko": "초대를 수락하고 조직에 들어갑니다.",
    },
    permission=Permission.ENTER,
    effect=Effect.WRITES,
    route=Route("POST", "/api/access/accept-invitation"),
    example={"link": "a-token-that-somebody-was-given", "password": "a long password of hers"},
)
async def accept_invitation(
    request: AcceptInvitationRequest,
    context: Context,
    callers: Callers,
    digests: Digests,
    recognition: Recognition,
) -> Opened:
    """Join as a new account, or as the account of that address, known by its password."""
    found = await callers.find(By.INVITATION, digests.of(request.link.get_secret_value()))
    if not found or found[0].expires_at is None or found[0].expires_at <= context.clock.now():
        raise Unauthenticated("invitation")
    invited, password = found[0], request.password.get_secret_value()
    if invited.shut:
        raise Forbidden("suspended")
    joining: dict[str, object] = {"invitation": invited.credential_id}
    name = request.name
    if invited.account_id is not None:
        await recognition.recognize(invited.email or "", password, context.origin)
        name = invited.name
    elif name is None:
        raise InvalidInput("name_missing")
    else:
        joining |= {"email": invited.email, "name": name}
        joining["password_hash"] = await recognition.passwords.hash(password)
    member = Principal(
        organization_id=invited.organization_id,
        subject_id=invited.account_id or new_id(),
        name=name or "",
        role=Role(invited.role or Role.GUEST),
        region=invited.region,
    )
    entering = as_recognized(context, member)
    await entering.call("access.join", joining)
    opened = await entering.call("access.start_session", {})
    assert isinstance(opened, Opened), "that is what starting a session gives"
    return opened
