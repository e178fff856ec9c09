"""Groups: members by a name, for what is shared with many."""

import datetime
import uuid
from collections.abc import Sequence

from psycopg.errors import ForeignKeyViolation, UniqueViolation
from pydantic import BaseModel, ConfigDict, Field

from morello.kernel.clock import Clock
from morello.kernel.errors import Conflict, NotFound, TooLarge
from morello.kernel.ids import new_id
from morello.storage.postgres.database import Database

GROUPS_MAX = 1_000
CHANGES_MAX = 1_000

_GROUP = """
    select g.id, g.name, g.created_at,
        array(select m.account_id from group_member m
              where m.organization_id = g.organization_id and m.group_id = g.id
              order by m.account_id) as members
    from person_group g"""


class Group(BaseModel):
    """Members by a name."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID = Field(description="Id of the group.")
    name: str = Field(description="What it is called.")
    created_at: datetime.datetime = Field(description="When it was made.")
    members: list[uuid.UUID] = Field(description="Accounts that are in it.")


class Groups:
    """Groups of the organization that each method is told."""

    needs_server = True

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def groups(self, organization_id: uuid.UUID) -> list[Group]:
        """Return every group, by name."""
        return await self._database.fetch(
            organization_id, _GROUP + " order by g.name limit %s", (GROUPS_MAX,), Group
        )

    async def group(self, organization_id: uuid.UUID, group_id: uuid.UUID) -> Group:
        """Return one group. Raises NotFound."""
        found = await self._database.fetch(
            organization_id, _GROUP + " where g.id = %s", (group_id,), Group
        )
        if not found:
            raise NotFound("group", group=str(group_id))
        return found[0]

    async def create(self, organization_id: uuid.UUID, name: str) -> Group:
        """Make an empty one. Raises Conflict for a name in use, TooLarge at the limit."""
        if len(await self.groups(organization_id)) >= GROUPS_MAX:
            raise TooLarge("groups", groups_max=GROUPS_MAX)
        group = Group(id=new_id(), name=name, created_at=self._clock.now(), members=[])
        try:
            async with self._database.transaction(organization_id) as connection:
                await connection.execute(
                    "insert into person_group (organization_id, id, name, created_at)"
                    " values (%s, %s, %s, %s)",
                    (organization_id, group.id, group.name, group.created_at),
                )
        except UniqueViolation:
            raise Conflict("group", name=name) from None
        return group

    async def change(
        self,
        organization_id: uuid.UUID,
        group_id: uuid.UUID,
        *,
        name: str | None = None,
        add: Sequence[uuid.UUID] = (),
        remove: Sequence[uuid.UUID] = (),
    ) -> Group:
        """Rename it, take members in, let members go. Raises NotFound, Conflict."""
        before = await self.group(organization_id, group_id)
        rows = [(organization_id, new_id(), group_id, each) for each in add]
        try:
            async with self._database.transaction(organization_id) as connection:
                cursor = connection.cursor()
                await cursor.execute(
                    "update person_group set name = %s where id = %s",
                    (name or before.name, group_id),
                )
                await cursor.execute(
                    "delete from group_member where group_id = %s and account_id = any(%s)",
                    (group_id, list(remove)),
                )
                await cursor.executemany(
                    "insert into group_member (organization_id, id, group_id, account_id)"
                    " values (%s, %s, %s, %s) on conflict do nothing",
                    rows,
                )
        except UniqueViolation:
            raise Conflict("group", name=name) from None
        except ForeignKeyViolation:
            raise NotFound("member", member=", ".join(str(each) for each in add)) from None
        return await self.group(organization_id, group_id)

    async def delete(self, organization_id: uuid.UUID, group_id: uuid.UUID) -> Group:
        """Remove it; its members stay in the organization. Raises NotFound."""
        group = await self.group(organization_id, group_id)
        async with self._database.transaction(organization_id) as connection:
            await connection.execute("delete from person_group where id = %s", (group_id,))
        return group
