"""API keys: what lets a program in, in the name of the person who made it."""

import datetime
import uuid
from collections.abc import Iterable, Sequence

from psycopg.errors import ForeignKeyViolation
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from morello.identity.callers import is_above
from morello.identity.credentials.digests import Digests
from morello.identity.credentials.key_text import new_key, shown
from morello.kernel.clock import Clock
from morello.kernel.errors import Forbidden, NotFound, TooLarge
from morello.kernel.ids import new_id
from morello.kernel.permission import Role, in_scope
from morello.kernel.principal import Principal
from morello.kernel.values.credential import Credential, CredentialKind
from morello.storage.postgres.database import Database

KEYS_MAX = 1_000
SCOPES_MAX = 100

_KEY = """
    select id, account_id as owner, name, prefix, role, scopes, created_at, rotated_at, old_until,
        expires_at, used_at
    from api_key"""


class ApiKey(BaseModel):
    """A key, without its secret."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID = Field(description="Id of the key.")
    owner: uuid.UUID = Field(description="Account whose key it is.")
    name: str = Field(description="What it is called.")
    prefix: str = Field(description="How its secret begins.")
    role: Role = Field(description="What it may do, as long as its owner may.")
    scopes: list[str] | None = Field(description="Tools it may call; null is every one.")
    created_at: datetime.datetime = Field(description="When it was made.")
    rotated_at: datetime.datetime | None = Field(description="When its secret last changed.")
    old_until: datetime.datetime | None = Field(description="Until when the old secret works.")
    expires_at: datetime.datetime | None = Field(description="When it ends; null is never.")
    used_at: datetime.datetime | None = Field(description="When it was last used, to the minute.")


class ApiKeys:
    """Keys of the organization that each method is told."""

    needs_server = True

    def __init__(self, database: Database, digests: Digests, clock: Clock) -> None:
        self._database, self._digests, self._clock = database, digests, clock

    async def create(
        self,
        principal: Principal,
        *,
        name: str,
        role: Role | None = None,
        scopes: Sequence[str] | None = None,
        expires_at: datetime.datetime | None = None,
    ) -> tuple[ApiKey, Credential]:
        """Make a key for the caller; it may at most what the caller may.

        Raises Forbidden for more, or for somebody who is no member; TooLarge at the limit.
        """
        organization_id, secret = principal.organization_id, new_key()
        if len(await self.keys(organization_id)) >= KEYS_MAX:
            raise TooLarge("keys", keys_max=KEYS_MAX)
        given = None if scopes is None else list(scopes)
        key = ApiKey(
            id=new_id(),
            owner=principal.subject_id,
            name=name,
            prefix=shown(secret),
            role=role or principal.role,
            scopes=sorted(principal.scopes) if given is None and principal.scopes else given,
            created_at=self._clock.now(),
            rotated_at=None,
            old_until=None,
            expires_at=expires_at,
            used_at=None,
        )
        check_not_wider(principal, key.role, key.scopes)
        try:
            async with self._database.transaction(organization_id) as connection:
                await connection.execute(
                    "insert into api_key (organization_id, id, account_id, name, prefix, digest,"
                    " role, scopes, created_at, expires_at)"
                    " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                    (
                        *(organization_id, key.id, key.owner, key.name, key.prefix),
                        *(self._digests.of(secret), key.role.value, key.scopes),
                        *(key.created_at, key.expires_at),
                    ),
                )
        except ForeignKeyViolation:
            raise Forbidden("not_member") from None
        return key, _credential(secret)

    async def rotate(
        self, organization_id: uuid.UUID, key_id: uuid.UUID, grace: datetime.timedelta
    ) -> tuple[ApiKey, Credential]:
        """Give a key a new secret; the old one works for the grace time. Raises NotFound."""
        now, secret = self._clock.now(), new_key()
        async with self._database.transaction(organization_id) as connection:
            await connection.execute(
                "update api_key set old_digest = digest, old_until = %s, digest = %s, prefix = %s,"
                " rotated_at = %s where id = %s",
                (now + grace, self._digests.of(secret), shown(secret), now, key_id),
            )
            return await self.key(organization_id, key_id), _credential(secret)

    async def revoke(self, organization_id: uuid.UUID, key_id: uuid.UUID) -> None:
        """End a key at once, with its old secret."""
        async with self._database.transaction(organization_id) as connection:
            await connection.execute("delete from api_key where id = %s", (key_id,))

    async def keys(
        self, organization_id: uuid.UUID, owner: uuid.UUID | None = None
    ) -> list[ApiKey]:
        """Return the keys of one account, or of everybody, the newest first."""
        return await self._database.fetch(
            organization_id,
            _KEY + " where (%s::uuid is null or account_id = %s) order by id desc limit %s",
            (owner, owner, KEYS_MAX),
            ApiKey,
        )

    async def key(self, organization_id: uuid.UUID, key_id: uuid.UUID) -> ApiKey:
        """Return one key. Raises NotFound."""
        found = await self._database.fetch(
            organization_id, _KEY + " where id = %s", (key_id,), ApiKey
        )
        if not found:
            raise NotFound("key", key=str(key_id))
        return found[0]

    async def touch(self, organization_id: uuid.UUID, key_id: uuid.UUID) -> None:
        """Note that it is used."""
        async with self._database.transaction(organization_id, alone=True) as connection:
            await connection.execute(
                "update api_key set used_at = greatest(used_at, %s) where id = %s",
                (self._clock.now(), key_id),
            )


def check_not_wider(principal: Principal, role: Role, scopes: Iterable[str] | None) -> None:
    """See to it that nobody hands out more than they have. Raises Forbidden."""
    if is_above(role, principal.role):
        raise Forbidden("wider_role", role=role.value, own=principal.role.value)
    if principal.scopes is None:
        return
    wider = (
        ["*"]
        if scopes is None
        else [each for each in scopes if not in_scope(each, principal.scopes)]
    )
    if wider:
        raise Forbidden("wider_scope", scopes=wider)


def _credential(secret: str) -> Credential:
    return Credential(kind=CredentialKind.KEY, secret=SecretStr(secret))
