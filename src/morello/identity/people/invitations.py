"""Invitations: somebody is asked in, and comes with the link that they were given."""

import datetime
import uuid

from psycopg.errors import UniqueViolation
from pydantic import BaseModel, ConfigDict, Field

from morello.identity.credentials.digests import Digests, new_secret
from morello.identity.people.membership import check_place
from morello.kernel.clock import Clock
from morello.kernel.errors import Conflict, NotFound
from morello.kernel.ids import new_id
from morello.kernel.permission import Role
from morello.storage.postgres.database import Database

DAYS_MAX = 30
LISTED_MAX = 1_000

_INVITATION = "select id, email, role, invited_by, created_at, expires_at from invitation"


class Invitation(BaseModel):
    """Somebody who was asked in."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID = Field(description="Id of the invitation.")
    email: str = Field(description="E-mail address of who is invited.")
    role: Role = Field(description="What they will be allowed to do.")
    invited_by: uuid.UUID = Field(description="Account of who invited them.")
    created_at: datetime.datetime = Field(description="When they were invited.")
    expires_at: datetime.datetime = Field(description="Until when they may accept.")


class Invitations:
    """Invitations to the organization that each method is told."""

    needs_server = True

    def __init__(self, database: Database, digests: Digests, clock: Clock) -> None:
        self._database, self._digests, self._clock = database, digests, clock

    async def invite(
        self,
        organization_id: uuid.UUID,
        *,
        email: str,
        role: Role,
        invited_by: uuid.UUID,
        days: int,
    ) -> tuple[Invitation, str]:
        """Write an invitation down; return it with its secret.

        It takes the place of an expired one. Raises Conflict for a member and for who is invited
        already.
        """
        check_place(organization_id, role)
        now, secret = self._clock.now(), new_secret()
        invitation = Invitation(
            id=new_id(),
            email=email,
            role=role,
            invited_by=invited_by,
            created_at=now,
            expires_at=now + datetime.timedelta(days=days),
        )
        digest = self._digests.of(secret)
        try:
            async with self._database.transaction(organization_id) as connection:
                known = await connection.execute("select from account where email = %s", (email,))
                if known.rowcount:
                    raise Conflict("member")
                await connection.execute(
                    "delete from invitation where email = %s and expires_at <= %s", (email, now)
                )
                await connection.execute(
                    "insert into invitation (organization_id, id, email, role, digest, invited_by,"
                    " created_at, expires_at) values (%s, %s, %s, %s, %s, %s, %s, %s)",
                    (
                        *(organization_id, invitation.id, email, role.value, digest, invited_by),
                        *(now, invitation.expires_at),
                    ),
                )
        except UniqueViolation:
            raise Conflict("invited") from None
        return invitation, secret

    async def open(self, organization_id: uuid.UUID) -> list[Invitation]:
        """Return those that may still be accepted, the newest first."""
        return await self._database.fetch(
            organization_id,
            _INVITATION + " where expires_at > %s order by id desc limit %s",
            (self._clock.now(), LISTED_MAX),
            Invitation,
        )

    async def spend(self, organization_id: uuid.UUID, invitation_id: uuid.UUID) -> None:
        """Remove one, accepted or withdrawn. Raises NotFound for one that is gone."""
        async with self._database.transaction(organization_id) as connection:
            gone = await connection.execute(
                "delete from invitation where id = %s", (invitation_id,)
            )
            if not gone.rowcount:
                raise NotFound("invitation", invitation=str(invitation_id))
