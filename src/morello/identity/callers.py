"""Who somebody is, looked up before an organization is known; and as which principal they act."""

import dataclasses
import datetime
import enum
import uuid
from collections.abc import Sequence

from morello.kernel.ids import INSTALLATION
from morello.kernel.permission import Role
from morello.kernel.principal import Effect, Kind, Principal
from morello.storage.postgres.database import Database

_LADDER = list(Role)


class By(enum.StrEnum):
    """What somebody is looked up by."""

    SESSION = "session"  # digests of secrets
    KEY = "key"
    LINK = "link"
    INVITATION = "invitation"
    SESSION_ID = "session_id"  # ids
    KEY_ID = "key_id"
    ACCOUNT = "account"
    EMAIL = "email"
    DOMAIN = "domain"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Somebody in one organization, and the credential they were found by."""

    organization_id: uuid.UUID
    organization: str
    slug: str
    region: str | None
    shut: bool
    """Whether the organization is suspended or deleted."""
    account_id: uuid.UUID | None
    """None for an invitation of somebody without an account."""
    name: str | None
    email: str | None
    epoch: int | None
    """Number of times that all sessions of the account were ended."""
    password_hash: str | None = dataclasses.field(repr=False)
    """Only by e-mail address, account or invitation."""
    role: str | None
    approval_for: Sequence[str]
    credential_id: uuid.UUID | None
    credential_kind: str | None
    credential_role: str | None
    scopes: Sequence[str] | None
    used_at: datetime.datetime | None
    expires_at: datetime.datetime | None

    def principal(self) -> Principal:
        """Return who acts, with the credential when it is a session or a key."""
        assert self.account_id is not None, "only who has an account acts"
        assert self.role is not None, "an account is found with its role"
        role, is_key = Role(self.role), self.credential_kind == "key"
        if self.credential_role is not None:
            role = lower(role, Role(self.credential_role))
        lasts = is_key or self.credential_kind in {"session", "break_glass"}
        return Principal(
            organization_id=self.organization_id,
            subject_id=self.account_id,
            name=self.name or "",
            role=role,
            kind=Kind.KEY if is_key else Kind.PERSON,
            scopes=None if self.scopes is None else frozenset(self.scopes),
            approval_for=frozenset(Effect(each) for each in self.approval_for),
            region=self.region,
            credential_id=self.credential_id if lasts else None,
        )


class Callers:
    """Asks the one function that sees all organizations, `find_caller`."""

    needs_server = True

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, by: By, value: str) -> list[Found]:
        """Return who that is, once for each organization; nothing for nobody."""
        return await self._database.fetch(
            INSTALLATION, "select * from find_caller(%s, %s)", (by.value, value), Found
        )


def lower(one: Role, other: Role) -> Role:
    """Return the less powerful of two roles."""
    return max(one, other, key=_LADDER.index)


def is_above(one: Role, other: Role) -> bool:
    """Tell whether a role is more powerful than another."""
    return _LADDER.index(one) < _LADDER.index(other)
