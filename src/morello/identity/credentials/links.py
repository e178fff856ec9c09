"""One-time links: let one person in, once, within a quarter of an hour."""

import datetime
import uuid
from typing import Literal

from pydantic import SecretStr

from morello.identity.credentials.digests import Digests, new_secret
from morello.kernel.clock import Clock
from morello.kernel.errors import Unauthenticated
from morello.kernel.ids import new_id
from morello.kernel.values.credential import Credential, CredentialKind
from morello.storage.postgres.database import Database

LASTS = datetime.timedelta(minutes=15)
Purpose = Literal["sign_in", "reset_password"]
SIGN_IN: Purpose = "sign_in"
RESET_PASSWORD: Purpose = "reset_password"  # noqa: S105 - what a link is for, not a secret


class Links:
    """Links into the organization that each method is told."""

    needs_server = True

    def __init__(self, database: Database, digests: Digests, clock: Clock) -> None:
        self._database, self._digests, self._clock = database, digests, clock

    async def create(
        self, organization_id: uuid.UUID, account_id: uuid.UUID, purpose: Purpose = SIGN_IN
    ) -> tuple[uuid.UUID, Credential]:
        """Make a link for a member; those made before no longer work."""
        link_id, secret, now = new_id(), new_secret(), self._clock.now()
        async with self._database.transaction(organization_id) as connection:
            await connection.execute(
                "delete from one_time_link where account_id = %s", (account_id,)
            )
            await connection.execute(
                "insert into one_time_link (organization_id, id, account_id, purpose, digest,"
                " created_at, expires_at) values (%s, %s, %s, %s, %s, %s, %s)",
                (
                    *(organization_id, link_id, account_id, purpose, self._digests.of(secret)),
                    *(now, now + LASTS),
                ),
            )
        return link_id, Credential(kind=CredentialKind.LINK, secret=SecretStr(secret))

    async def spend(self, organization_id: uuid.UUID, link_id: uuid.UUID) -> str:
        """Take a link; return its purpose. Raises Unauthenticated for one that is gone.

        One that resets the password forgets it and ends every session of the account.
        """
        async with self._database.transaction(organization_id) as connection:
            cursor = await connection.execute(
                "delete from one_time_link where id = %s and expires_at > %s"
                " returning purpose, account_id",
                (link_id, self._clock.now()),
            )
            row = await cursor.fetchone()
            if row is None:
                raise Unauthenticated("link")
            purpose, account_id = row
            if purpose == RESET_PASSWORD:
                await connection.execute(
                    "update account set password_hash = null, epoch = epoch + 1 where id = %s",
                    (account_id,),
                )
        return str(purpose)
