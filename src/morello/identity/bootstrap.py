"""The first start: the installation itself, a first organization, a first person, a way in."""

import dataclasses
import uuid

from pydantic import BaseModel, ConfigDict

from morello.identity.credentials.links import Links
from morello.identity.organizations import Organizations
from morello.identity.people.accounts import Accounts
from morello.identity.people.membership import Membership
from morello.identity.people.memberships import Memberships
from morello.kernel.clock import Clock
from morello.kernel.errors import NotFound
from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION
from morello.kernel.permission import Role
from morello.ledger.event import NewEvent
from morello.ledger.log import Log
from morello.storage.postgres.database import Database

FIRST_EMAIL = "admin@localhost"
_LOCK = 0x6964656E74697479
"""The advisory lock of whoever starts first."""


class FirstPerson(BaseModel):
    """Who heads the first organization."""

    model_config = ConfigDict(frozen=True)

    organization_id: uuid.UUID
    account_id: uuid.UUID
    is_new: bool
    """Whether this start made them."""
    has_password: bool
    """Without one, a link is the only way in."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """Makes what has to be there before anybody can call anything; once, and then finds it."""

    database: Database
    organizations: Organizations
    accounts: Accounts
    memberships: Memberships
    links: Links
    log: Log
    clock: Clock

    async def run(
        self, *, organization: str = "Morello", email: str = FIRST_EMAIL, name: str = "Admin"
    ) -> FirstPerson:
        """Return the head of the first organization, made with it when they are not there.

        They are a super admin, too. The arguments count the first time only.
        """
        async with self.database.transaction(INSTALLATION, alone=True) as connection:
            await connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
            is_new = await self._make_organizations(organization)
            head = await self._head()
            if head is None:
                head = await self._make_head(email, name)
        account_id, has_password = head
        return FirstPerson(
            organization_id=LOCAL_ORGANIZATION,
            account_id=account_id,
            is_new=is_new,
            has_password=has_password,
        )

    async def link(self, person: FirstPerson) -> str:
        """Return a one-time token for them (`access.redeem_link`); those made before end."""
        link_id, credential = await self.links.create(person.organization_id, person.account_id)
        await self._record(person.organization_id, f"link:{link_id}", "link.created")
        return credential.secret.get_secret_value()

    async def _make_organizations(self, name: str) -> bool:
        is_new = False
        for organization_id, called, slug in (
            (INSTALLATION, "Installation", "installation"),
            (LOCAL_ORGANIZATION, name, "first"),
        ):
            try:
                await self.organizations.organization(organization_id)
            except NotFound:
                await self.organizations.create(
                    name=called, slug=slug, organization_id=organization_id
                )
                stream = f"organization:{organization_id}"
                await self._record(organization_id, stream, "organization.created")
                is_new = True
        return is_new

    async def _head(self) -> tuple[uuid.UUID, bool] | None:
        members = await self.memberships.members(LOCAL_ORGANIZATION)
        heads = (each for each in members if each.role is Role.ORG_ADMIN)
        head = next(heads, None)
        return None if head is None else (head.id, head.has_password)

    async def _make_head(self, email: str, name: str) -> tuple[uuid.UUID, bool]:
        head = Membership.new(LOCAL_ORGANIZATION, Role.ORG_ADMIN, self.clock, None)
        await self.accounts.create(head, email=email, name=name, password_hash=None)
        above = Membership.new(INSTALLATION, Role.SUPER_ADMIN, self.clock, head.account_id)
        await self.memberships.add(above)
        for each in (head, above):
            stream = f"member:{each.account_id}"
            await self._record(each.organization_id, stream, "member.joined", role=each.role.value)
        return head.account_id, False

    async def _record(
        self, organization_id: uuid.UUID, stream: str, kind: str, **what: str
    ) -> None:
        event = NewEvent(
            stream=stream,
            kind=kind,
            at=self.clock.now(),
            who={"organization": str(organization_id), "kind": "system", "door": "start"},
            what=what,
        )
        await self.log.append(organization_id, [event])
