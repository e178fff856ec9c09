"""Memberships: who is in an organization, and with which role."""

import datetime
import uuid
from collections.abc import Sequence

from psycopg.errors import UniqueViolation
from pydantic import BaseModel, ConfigDict, Field

from morello.identity.people.membership import Membership, check_place, head_role
from morello.kernel.errors import Conflict, Forbidden, NotFound
from morello.kernel.permission import Role
from morello.kernel.principal import Effect
from morello.storage.postgres.database import Database
from morello.storage.postgres.unit import Connection

_MEMBER = """
    select m.account_id as id, a.email, a.name, m.role, m.approval_for, a.has_password,
        m.created_at as since
    from membership m join account a on a.id = m.account_id"""


class Member(BaseModel):
    """Somebody in an organization."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID = Field(description="Id of the account.")
    email: str = Field(description="E-mail address.")
    name: str = Field(description="What they are called.")
    role: Role = Field(description="What they may do.")
    approval_for: list[Effect] = Field(description="Effects that somebody else has to approve.")
    has_password: bool = Field(description="Whether they have a password.")
    since: datetime.datetime = Field(description="When they joined.")


class Memberships:
    """Members of the organization that each method is told."""

    needs_server = True

    def __init__(self, database: Database) -> None:
        self._database = database

    async def members(
        self, organization_id: uuid.UUID, *, after: uuid.UUID | None = None, limit: int = 1000
    ) -> list[Member]:
        """Return a page of members, in the order of their accounts."""
        return await self._database.fetch(
            organization_id,
            _MEMBER + " where (%s::uuid is null or m.account_id > %s) order by 1 limit %s",
            (after, after, limit),
            Member,
        )

    async def member(self, organization_id: uuid.UUID, account_id: uuid.UUID) -> Member:
        """Return one member. Raises NotFound."""
        found = await self._database.fetch(
            organization_id, _MEMBER + " where m.account_id = %s", (account_id,), Member
        )
        if not found:
            raise NotFound("member", member=str(account_id))
        return found[0]

    async def count(self, organization_id: uuid.UUID) -> int:
        """Return how many there are."""
        found = await self._database.fetch(
            organization_id, "select count(*)::integer as members from membership"
        )
        return int(found[0]["members"])

    async def add(self, membership: Membership) -> None:
        """Take an existing account in. Raises Conflict when it is in already."""
        try:
            async with self._database.transaction(membership.organization_id) as connection:
                await membership.insert(connection)
        except UniqueViolation:
            raise Conflict("member") from None

    async def change(
        self,
        organization_id: uuid.UUID,
        account_id: uuid.UUID,
        role: Role,
        approval_for: Sequence[Effect],
    ) -> None:
        """Give a member another role. Raises NotFound, and Forbidden for the last who heads it."""
        check_place(organization_id, role)
        async with self._database.transaction(organization_id) as connection:
            if role is not head_role(organization_id):
                await self._check_last(connection, organization_id, account_id)
            changed = await connection.execute(
                "update membership set role = %s, approval_for = %s where account_id = %s",
                (role.value, [each.value for each in approval_for], account_id),
            )
            if not changed.rowcount:
                raise NotFound("member", member=str(account_id))

    async def remove(self, organization_id: uuid.UUID, account_id: uuid.UUID) -> None:
        """End a membership; its keys, links and groups go with it. Raises as `change` does."""
        async with self._database.transaction(organization_id) as connection:
            await self._check_last(connection, organization_id, account_id)
            await connection.execute("delete from session where account_id = %s", (account_id,))
            removed = await connection.execute(
                "delete from membership where account_id = %s", (account_id,)
            )
            if not removed.rowcount:
                raise NotFound("member", member=str(account_id))

    async def _check_last(
        self, connection: Connection, organization_id: uuid.UUID, account_id: uuid.UUID
    ) -> None:
        role = head_role(organization_id)
        cursor = await connection.execute(  # locked: two who leave at once are not both let go
            "select account_id from membership where role = %s order by id for update",
            (role.value,),
        )
        if [each for (each,) in await cursor.fetchall()] == [account_id]:
            raise Forbidden("last_admin", role=role.value)
