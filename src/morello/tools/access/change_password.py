"""`access.change_password`: set one's own password; all other sessions end."""

from pydantic import BaseModel, Field

from morello.identity.callers import By, Callers
from morello.identity.credentials.entering import check_person
from morello.identity.credentials.recognition import Recognition
from morello.identity.known import Known
from morello.identity.people.accounts import Accounts
from morello.identity.people.person import Shown
from morello.kernel.context import Context, Fact
from morello.kernel.errors import Forbidden, Unauthenticated
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class ChangePasswordRequest(BaseModel):
    """The old and the new."""

    new: Shown = Field(description="New password, 12 to 256 letters.")
    current: Shown | None = Field(
        default=None, description="Present password; not needed by who has none."
    )


class PasswordChange(BaseModel):
    """What that means."""

    message: Message = Field(description="What happened to other sessions.")


@tool(
    "access.change_password",
    title={
        "en": "Change your password; your other sessions end.",
        "ko": "비밀번호를 바꾸고 다른 세션을 모두 끝냅니다.",
    },
    permission=Permission.READ_CATALOG,  # everybody's who is signed in
    effect=Effect.WRITES,
    route=Route("POST", "/api/access/password"),
    example={"current": "a long password of hers", "new": "another long password"},
)
async def change_password(
    request: ChangePasswordRequest,
    context: Context,
    callers: Callers,
    recognition: Recognition,
    accounts: Accounts,
    known: Known,
) -> PasswordChange:
    """Set it, for somebody who knows the present one or has none."""
    check_person(context)
    principal = context.principal
    found = await callers.find(By.ACCOUNT, str(principal.subject_id))
    if not found:
        raise Forbidden("not_member")
    if found[0].password_hash is not None:
        if request.current is None:
            raise Unauthenticated("credentials")
        current = request.current.get_secret_value()
        await recognition.recognize(found[0].email or "", current, context.origin)
    await accounts.set_password(
        principal.organization_id,
        principal.subject_id,
        await recognition.passwords.hash(request.new.get_secret_value()),
        keep_session=principal.credential_id,
    )
    context.after_record.append(known.empty)
    context.record(Fact(stream=f"member:{principal.subject_id}", kind="password.changed"))
    return PasswordChange(message=Message(id="access.password_changed"))
