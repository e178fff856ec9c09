"""A membership: an account in an organization, with a role."""

import datetime
import uuid
from typing import Self

from pydantic import BaseModel, ConfigDict

from morello.kernel.clock import Clock
from morello.kernel.errors import Forbidden
from morello.kernel.ids import INSTALLATION, new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Effect
from morello.storage.postgres.unit import Connection


class Membership(BaseModel):
    """An account in an organization, with a role."""

    model_config = ConfigDict(frozen=True)

    organization_id: uuid.UUID
    id: uuid.UUID
    account_id: uuid.UUID
    role: Role
    approval_for: frozenset[Effect] = frozenset()
    created_at: datetime.datetime

    @classmethod
    def new(
        cls, organization_id: uuid.UUID, role: Role, clock: Clock, account_id: uuid.UUID | None
    ) -> Self:
        """Make one, for a new account when there is none. Raises Forbidden for a role elsewhere."""
        check_place(organization_id, role)
        return cls(
            organization_id=organization_id,
            id=new_id(),
            account_id=account_id or new_id(),
            role=role,
            created_at=clock.now(),
        )

    async def insert(self, connection: Connection) -> None:
        """Write it down, in a transaction of its organization."""
        await connection.execute(
            "insert into membership (organization_id, id, account_id, role, created_at)"
            " values (%s, %s, %s, %s, %s)",
            (self.organization_id, self.id, self.account_id, self.role.value, self.created_at),
        )


def check_place(organization_id: uuid.UUID, role: Role) -> None:
    """See to it that super admins, and nobody else, are in the installation's organization.

    Raises Forbidden.
    """
    if (organization_id == INSTALLATION) is not (role is Role.SUPER_ADMIN):
        raise Forbidden("role_place", role=role.value)


def head_role(organization_id: uuid.UUID) -> Role:
    """Return the role that somebody in an organization must have."""
    return Role.SUPER_ADMIN if organization_id == INSTALLATION else Role.ORG_ADMIN
