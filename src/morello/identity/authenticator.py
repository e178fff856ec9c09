"""The authenticator: what a door was shown, and who that is."""

import datetime
import hmac

from morello.identity.callers import By, Callers, Found, lower
from morello.identity.credentials.api_keys import ApiKeys
from morello.identity.credentials.digests import Digests
from morello.identity.credentials.key_text import is_key
from morello.identity.credentials.sessions import TOUCH_EVERY_S, Sessions
from morello.identity.credentials.tokens import Tokens
from morello.identity.known import Known
from morello.identity.refused.refusals import Refusals
from morello.kernel.clock import Clock
from morello.kernel.errors import Forbidden, Unauthenticated
from morello.kernel.principal import NOBODY, Kind, Origin, Principal
from morello.kernel.protocols.authenticator import Credentials

_KEY_PREFIX = "mor_"


class _Refused(Exception):
    """Somebody was found and yet refused: so their organization's ledger has to know."""

    def __init__(self, error: Unauthenticated | Forbidden, principal: Principal) -> None:
        super().__init__(error, principal)
        self.error, self.principal = error, principal


class DatabaseAuthenticator:
    """Knows callers by API key, signed token, or session. Implements `Authenticator`."""

    def __init__(  # noqa: PLR0913 - one for each thing that can be shown, and who writes it down
        self,
        *,
        callers: Callers,
        digests: Digests,
        sessions: Sessions,
        api_keys: ApiKeys,
        tokens: Tokens,
        known: Known,
        refusals: Refusals,
        clock: Clock,
    ) -> None:
        self._callers, self._digests, self._known = callers, digests, known
        self._sessions, self._api_keys, self._tokens = sessions, api_keys, tokens
        self._refusals, self._clock = refusals, clock

    async def principal(self, credentials: Credentials, origin: Origin) -> Principal:
        """Return who it is; `NOBODY` when nothing was shown.

        Raises Unauthenticated for a credential that is unknown, expired, revoked or forged, and
        Forbidden when it is not of the organization named, lacks its CSRF token, or when the
        organization is suspended. All are recorded in the ledger.
        """
        principal: Principal | None = None
        try:
            principal = await self._caller(credentials)
            if principal is not NOBODY:
                self._check(credentials, principal)
        except _Refused as refused:
            await self._refusals.record(refused.error, origin, refused.principal)
            raise refused.error from None
        except (Unauthenticated, Forbidden) as error:
            await self._refusals.record(error, origin, principal)
            raise
        return principal

    async def _caller(self, credentials: Credentials) -> Principal:
        shown = credentials.bearer or credentials.session
        if not shown:
            return NOBODY
        # A cookie's secret is no bearer's token, though both may be known.
        way = "bearer" if credentials.bearer else "session"
        digest = self._digests.of(shown)
        found = self._known.get(f"{way}:{digest}")
        if found is not None:
            return found
        return await self._known.find(
            f"{way}:{digest}", lambda: self._look_up(credentials.bearer, digest)
        )

    async def _look_up(self, bearer: str, digest: str) -> tuple[Principal, float]:
        if not bearer:
            return await self._admit(await self._callers.find(By.SESSION, digest), "session")
        if not bearer.startswith(_KEY_PREFIX):
            return await self._look_up_token(bearer)
        if not is_key(bearer):
            raise Unauthenticated("key")
        return await self._admit(await self._callers.find(By.KEY, digest), "key")

    async def _look_up_token(self, token: str) -> tuple[Principal, float]:
        said = self._tokens.read(token)
        by = By.KEY_ID if said.kind is Kind.KEY else By.SESSION_ID
        found = await self._callers.find(by, str(said.credential_id))
        principal, lasts_s = await self._admit(found, "token")
        if (said.organization_id, said.subject_id) != (
            principal.organization_id,
            principal.subject_id,
        ):
            raise Unauthenticated("token")
        narrowed = principal.model_copy(
            update={"role": lower(said.role, principal.role), "scopes": said.scopes}
        )
        return narrowed, min(lasts_s, self._seconds_until(said.expires_at))

    async def _admit(self, rows: list[Found], case: str) -> tuple[Principal, float]:
        if not rows:
            raise Unauthenticated(case)
        found = rows[0]
        principal = found.principal()
        if found.shut:
            raise _Refused(Forbidden("suspended"), principal)
        lasts_s = self._seconds_until(found.expires_at)
        if lasts_s <= 0 or self._is_idle(found):
            raise _Refused(Unauthenticated("expired"), principal)
        await self._touch(found)
        return principal, lasts_s

    def _is_idle(self, found: Found) -> bool:
        if found.credential_kind == "key" or found.used_at is None:
            return False
        return self._sessions.is_idle(found.used_at)

    async def _touch(self, found: Found) -> None:
        used_at, credential_id = found.used_at, found.credential_id
        assert credential_id is not None, "sessions and keys have ids"
        if used_at is not None and self._clock.now() - used_at < datetime.timedelta(
            seconds=TOUCH_EVERY_S
        ):
            return
        kept = self._api_keys if found.credential_kind == "key" else self._sessions
        await kept.touch(found.organization_id, credential_id)

    def _check(self, credentials: Credentials, principal: Principal) -> None:
        if not credentials.bearer and credentials.changes_something:
            expected = self._digests.csrf(credentials.session)
            if not hmac.compare_digest(credentials.csrf.encode(), expected.encode()):
                raise Forbidden("csrf")
        named = credentials.organization.strip().lower()
        if named and named != str(principal.organization_id):
            raise Forbidden("other_organization")

    def _seconds_until(self, at: datetime.datetime | None) -> float:
        return float("inf") if at is None else (at - self._clock.now()).total_seconds()
