"""Who asks: what was shown at the door, handed to the authenticator."""

from morello.doors.rest.asked import Asked
from morello.doors.rest.guard.cross_origin import SAFE_METHODS, CrossOrigin
from morello.doors.rest.output.cookie import SESSION
from morello.kernel.errors import InvalidInput, Unauthenticated
from morello.kernel.permission import FOR_ANYBODY, Permission, allows, in_scope
from morello.kernel.principal import NOBODY, Kind, Principal
from morello.kernel.protocols.authenticator import Authenticator, Credentials
from morello.kernel.tool import Tool

COMPANY = "X-Company-ID"
_COMPANY_PATHS = ("/api/ai/", "/api/security/", "/api/user/", "/api/v1/")
_BEARER = "bearer "
_CREDENTIAL_LENGTH_MAX = 8192


class Reception:
    """Asks who somebody is, and that they say of which organization where that is documented."""

    def __init__(
        self, authenticator: Authenticator, cross_origin: CrossOrigin, *, company_required: bool
    ) -> None:
        self._authenticator = authenticator
        self._cross_origin = cross_origin
        self._company_required = company_required

    async def meet(self, asked: Asked, csrf: str = "") -> Principal:
        """Fill in and return the principal. Raises Unauthenticated, Forbidden or InvalidInput.

        `csrf` is the token of a form, which cannot send a header.
        """
        self._cross_origin.check(asked)
        shown = self.shown(asked, csrf)
        self._check_company(asked, shown)
        asked.principal = await self._authenticator.principal(shown, asked.origin)
        return asked.principal

    def shown(self, asked: Asked, csrf: str = "") -> Credentials:
        """Return what the request shows. Raises Unauthenticated for what is no bearer's."""
        authorization = asked.header(b"authorization")
        bearer = ""
        if authorization:
            if not authorization.lower().startswith(_BEARER):
                raise Unauthenticated("rest.scheme")
            bearer = authorization[len(_BEARER) :].strip()
        session = "" if bearer or b"cookie" not in asked.headers else _session(asked)
        if max(len(bearer), len(session)) > _CREDENTIAL_LENGTH_MAX:
            raise Unauthenticated("rest.credential")
        return Credentials(
            bearer=bearer,
            session=session,
            csrf=csrf or asked.header(b"x-csrf-token"),
            organization=asked.header(b"x-company-id"),
            changes_something=asked.method not in SAFE_METHODS,
        )

    async def glance(self, asked: Asked) -> Principal:
        """Meet somebody where everybody may be: a session that has ended makes them nobody."""
        try:
            return await self.meet(asked)
        except Unauthenticated:
            if b"authorization" in asked.headers:
                raise
            asked.principal = NOBODY
            return NOBODY

    def must_be_our_page(self, asked: Asked) -> None:
        """Raise Forbidden for a form that another site's page sends."""
        self._cross_origin.check(asked)

    async def still(self, asked: Asked) -> bool:
        """Tell whether somebody who listens is still who they were: keys and sessions end."""
        try:
            shown = self.shown(asked)
            return await self._authenticator.principal(shown, asked.origin) == asked.principal
        except Exception:  # noqa: BLE001 - whatever it is, they are not known to be welcome
            return False

    def _check_company(self, asked: Asked, shown: Credentials) -> None:
        if shown.organization or not self._company_required:
            return
        if (shown.bearer or shown.session) and asked.path.startswith(_COMPANY_PATHS):
            raise InvalidInput("rest.company_header", header=COMPANY, path=asked.path[:200])


def _session(asked: Asked) -> str:
    return asked.cookies.get(SESSION, "")


def may_be_let_in(principal: Principal, tool: Tool) -> bool:
    """Tell whether a call is worth reading: one that will be refused anyway costs us no body.

    Only the corridor decides; it is asked in any case, and it records what it refuses.
    """
    permission = tool.permission
    if principal.kind is Kind.NOBODY and not FOR_ANYBODY & permission:
        return False
    return allows(principal.role, permission) and in_scope(tool.name, principal.scopes)


def may_upload(principal: Principal) -> bool:
    """Tell whether somebody may leave files here that no call has used yet."""
    return principal.kind is not Kind.NOBODY and allows(principal.role, Permission.WRITE_DATA)
