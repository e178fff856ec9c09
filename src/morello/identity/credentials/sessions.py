"""Sessions: somebody who came in stays in, on one device, for a while."""

import datetime
import uuid

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from morello.identity.credentials.digests import Digests, new_secret
from morello.kernel.clock import Clock
from morello.kernel.errors import NotFound
from morello.kernel.ids import new_id
from morello.kernel.principal import Origin, Principal
from morello.kernel.settings import Settings
from morello.kernel.values.credential import Credential, CredentialKind
from morello.storage.postgres.database import Database

LISTED_MAX = 1_000
SESSIONS_OF_ACCOUNT_MAX = 100
TOUCH_EVERY_S = 60.0
_ORIGIN_LENGTH_MAX = 500

_SESSION = """
    select s.id, s.account_id as owner, s.address, s.user_agent, s.reason,
        s.created_at, s.used_at, s.expires_at
    from session s left join account a on a.id = s.account_id
    where s.expires_at > %(now)s and s.used_at > %(idle_since)s
        and (a.epoch = s.epoch or s.reason is not null)"""


class Session(BaseModel):
    """Somebody who is in."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID = Field(description="Id of the session.")
    owner: uuid.UUID = Field(description="Account whose session it is.")
    address: str = Field(description="Address that it began from.")
    user_agent: str = Field(description="Device that it began on.")
    reason: str | None = Field(description="Why a super admin came in; null for a member.")
    created_at: datetime.datetime = Field(description="When it began.")
    used_at: datetime.datetime = Field(description="When it was last used, to the minute.")
    expires_at: datetime.datetime = Field(description="When it ends at the latest.")


class Opened(BaseModel):
    """A session that began just now. A browser keeps it as a cookie that no page can read."""

    session: Credential = Field(description="What opens it.")
    csrf: str = Field(description="Token that changes have to be sent with (X-CSRF-Token).")
    id: uuid.UUID = Field(description="Id of the session.")
    organization_id: uuid.UUID = Field(description="Organization that it is of.")
    expires_at: datetime.datetime = Field(description="When it ends at the latest.")


class Sessions:
    """Sessions of the organization that each method is told."""

    needs_server = True

    def __init__(
        self, database: Database, digests: Digests, clock: Clock, settings: Settings
    ) -> None:
        self._database, self._digests, self._clock = database, digests, clock
        self._idle = datetime.timedelta(seconds=settings.session_idle_s)
        self._longest = datetime.timedelta(seconds=settings.session_max_s)

    async def start(
        self,
        principal: Principal,
        origin: Origin,
        epoch: int,
        *,
        lasts: datetime.timedelta | None = None,
        reason: str | None = None,
    ) -> Opened:
        """Begin one, with a secret that nobody had before; what has expired is forgotten."""
        now, secret = self._clock.now(), new_secret()
        session_id, expires_at = new_id(), now + (lasts or self._longest)
        organization_id, owner = principal.organization_id, principal.subject_id
        async with self._database.transaction(organization_id) as connection:
            await connection.execute(
                "delete from session where account_id = %s and (expires_at <= %s or id not in ("
                " select id from session where account_id = %s order by id desc limit %s))",
                (owner, now, owner, SESSIONS_OF_ACCOUNT_MAX - 1),
            )
            await connection.execute(
                "insert into session (organization_id, id, account_id, digest, epoch, reason,"
                " address, user_agent, created_at, used_at, expires_at)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    *(organization_id, session_id, owner, self._digests.of(secret), epoch, reason),
                    *(origin.address[:_ORIGIN_LENGTH_MAX], origin.user_agent[:_ORIGIN_LENGTH_MAX]),
                    *(now, now, expires_at),
                ),
            )
        return Opened(
            session=Credential(kind=CredentialKind.SESSION, secret=SecretStr(secret)),
            csrf=self._digests.csrf(secret),
            id=session_id,
            organization_id=organization_id,
            expires_at=expires_at,
        )

    async def sessions(
        self, organization_id: uuid.UUID, owner: uuid.UUID | None = None
    ) -> list[Session]:
        """Return the sessions of one account, or of everybody, the newest first."""
        return await self._database.fetch(
            organization_id,
            _SESSION
            + " and (%(owner)s::uuid is null or s.account_id = %(owner)s)"
            + " order by s.id desc limit %(limit)s",
            {**self._alive(), "owner": owner, "limit": LISTED_MAX},
            Session,
        )

    async def session(self, organization_id: uuid.UUID, session_id: uuid.UUID) -> Session:
        """Return one session. Raises NotFound for one that is not there or has ended."""
        found = await self._database.fetch(
            organization_id,
            _SESSION + " and s.id = %(id)s",
            {**self._alive(), "id": session_id},
            Session,
        )
        if not found:
            raise NotFound("session", session=str(session_id))
        return found[0]

    async def end(self, organization_id: uuid.UUID, session_id: uuid.UUID) -> None:
        """End one session."""
        async with self._database.transaction(organization_id) as connection:
            await connection.execute("delete from session where id = %s", (session_id,))

    async def touch(self, organization_id: uuid.UUID, session_id: uuid.UUID) -> None:
        """Note that it is used."""
        async with self._database.transaction(organization_id, alone=True) as connection:
            await connection.execute(
                "update session set used_at = greatest(used_at, %s) where id = %s",
                (self._clock.now(), session_id),
            )

    def is_idle(self, used_at: datetime.datetime) -> bool:
        """Tell whether a session was left alone for too long."""
        return self._clock.now() - used_at >= self._idle

    def _alive(self) -> dict[str, datetime.datetime]:
        now = self._clock.now()
        return {"now": now, "idle_since": now - self._idle}
