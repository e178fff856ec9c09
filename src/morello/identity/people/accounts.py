"""Accounts: people, as the whole installation knows them."""

import uuid

from psycopg.errors import UniqueViolation

from morello.identity.people.membership import Membership
from morello.kernel.errors import Conflict, Forbidden
from morello.storage.postgres.database import Database


class Accounts:
    """Accounts are seen and changed from an organization that they are a member of."""

    needs_server = True

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self, membership: Membership, *, email: str, name: str, password_hash: str | None
    ) -> None:
        """Make an account and its first membership. Raises Conflict for an address in use."""
        try:
            async with self._database.transaction(membership.organization_id) as connection:
                await membership.insert(connection)  # first: an account is seen through it
                await connection.execute(
                    "insert into account (id, email, name, password_hash, created_at)"
                    " values (%s, %s, %s, %s, %s)",
                    (membership.account_id, email, name, password_hash, membership.created_at),
                )
        except UniqueViolation:
            raise Conflict("account_exists") from None

    async def rehash(
        self, organization_id: uuid.UUID, account_id: uuid.UUID, password_hash: str
    ) -> None:
        """Keep the same password differently; no session ends."""
        async with self._database.transaction(organization_id, alone=True) as connection:
            await connection.execute(
                "update account set password_hash = %s where id = %s", (password_hash, account_id)
            )

    async def set_password(
        self,
        organization_id: uuid.UUID,
        account_id: uuid.UUID,
        password_hash: str | None,
        *,
        keep_session: uuid.UUID | None = None,
    ) -> None:
        """Set or clear the password; all sessions end at once, in every organization, but one.

        Raises Forbidden for who is no member of the organization.
        """
        async with self._database.transaction(organization_id) as connection:
            changed = await connection.execute(
                "update account set password_hash = %s, epoch = epoch + 1 where id = %s",
                (password_hash, account_id),
            )
            if not changed.rowcount:
                raise Forbidden("not_member")
            await connection.execute(
                "update session set epoch = (select epoch from account where id = account_id)"
                " where id = %s and account_id = %s",
                (keep_session, account_id),
            )

    async def delete(self, organization_id: uuid.UUID, account_id: uuid.UUID) -> None:
        """Remove somebody who is a member of nothing else; before the last membership goes."""
        async with self._database.transaction(organization_id) as connection:
            await connection.execute("delete from account where id = %s", (account_id,))
