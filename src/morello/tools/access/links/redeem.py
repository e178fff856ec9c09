"""`access.redeem_link`: come in with a one-time link."""

from pydantic import BaseModel, Field

from morello.identity.callers import By, Callers
from morello.identity.credentials.digests import Digests
from morello.identity.credentials.entering import as_recognized
from morello.identity.credentials.sessions import Opened
from morello.identity.people.person import Shown
from morello.kernel.context import Context
from morello.kernel.errors import Forbidden, Unauthenticated
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class RedeemLinkRequest(BaseModel):
    """The link."""

    link: Shown = Field(description="Token of the link.")


@tool(
    "access.redeem_link",
    title={"en": "Sign in with a one-time link.", "ko": "일회용 링크로 로그인합니다."},
    permission=Permission.ENTER,
    effect=Effect.WRITES,
    route=Route("POST", "/api/access/redeem-link"),
    example={"link": "a-token-that-somebody-was-given"},
)
async def redeem_link(
    request: RedeemLinkRequest, context: Context, callers: Callers, digests: Digests
) -> Opened:
    """Find whose link it is, and have them spend it."""
    found = await callers.find(By.LINK, digests.of(request.link.get_secret_value()))
    if not found:
        raise Unauthenticated("link")
    if found[0].shut:
        raise Forbidden("suspended")
    entering = as_recognized(context, found[0].principal())
    opened = await entering.call("access.start_session", {"link": found[0].credential_id})
    assert isinstance(opened, Opened), "that is what starting a session gives"
    return opened
