"""Organizations, as the installation manages them."""

import datetime
import uuid
from collections.abc import Sequence

from psycopg.errors import UniqueViolation
from pydantic import BaseModel, ConfigDict, Field

from morello.kernel.clock import Clock
from morello.kernel.errors import Conflict, NotFound
from morello.kernel.ids import INSTALLATION, new_id
from morello.storage.postgres.database import Database
from morello.storage.postgres.unit import Connection

DOMAINS_MAX = 100

_ORGANIZATION = """
    select o.id, o.name, o.slug, o.region, o.created_at, o.suspended_at,
        array(select d.domain from organization_domain d
              where d.organization_id = o.id order by d.domain) as domains
    from organization o where o.deleted_at is null"""


class Organization(BaseModel):
    """A tenant of this installation."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID = Field(description="Id, as X-Company-ID names it.")
    name: str = Field(description="What it is called.")
    slug: str = Field(description="Short name, unique in the installation.")
    region: str | None = Field(description="Where its data has to stay; null is anywhere.")
    domains: list[str] = Field(description="E-mail domains whose people belong to it.")
    created_at: datetime.datetime = Field(description="When it was made.")
    suspended_at: datetime.datetime | None = Field(description="Since when nobody gets in.")


class Organizations:
    """Every organization. Works in transactions of the installation's own organization only."""

    needs_server = True

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def organizations(
        self, *, after: uuid.UUID | None = None, limit: int = 1000
    ) -> list[Organization]:
        """Return a page of organizations, the oldest first."""
        return await self._database.fetch(
            INSTALLATION,
            _ORGANIZATION + " and (%s::uuid is null or o.id > %s) order by o.id limit %s",
            (after, after, limit),
            Organization,
        )

    async def organization(self, organization_id: uuid.UUID) -> Organization:
        """Return one organization. Raises NotFound."""
        found = await self._database.fetch(
            INSTALLATION, _ORGANIZATION + " and o.id = %s", (organization_id,), Organization
        )
        if not found:
            raise NotFound("organization", organization=str(organization_id))
        return found[0]

    async def create(
        self,
        *,
        name: str,
        slug: str,
        region: str | None = None,
        organization_id: uuid.UUID | None = None,
    ) -> Organization:
        """Make one. Raises Conflict for a short name in use."""
        organization = Organization(
            id=organization_id or new_id(),
            name=name,
            slug=slug,
            region=region,
            domains=[],
            created_at=self._clock.now(),
            suspended_at=None,
        )
        try:
            async with self._database.transaction(INSTALLATION) as connection:
                await connection.execute(
                    "insert into organization (id, name, slug, region, created_at)"
                    " values (%s, %s, %s, %s, %s)",
                    (organization.id, name, slug, region, organization.created_at),
                )
        except UniqueViolation:
            raise Conflict("organization", slug=slug) from None
        return organization

    async def update(
        self,
        organization: Organization,
        *,
        name: str | None = None,
        region: str | None = None,
        domains: Sequence[str] | None = None,
    ) -> Organization:
        """Change what is given; an empty region is anywhere. Raises Conflict for a taken domain."""
        try:
            async with self._database.transaction(INSTALLATION) as connection:
                await connection.execute(
                    "update organization set name = %s, region = %s where id = %s",
                    (
                        name or organization.name,
                        (organization.region if region is None else region) or None,
                        organization.id,
                    ),
                )
                if domains is not None:
                    await self._set_domains(connection, organization.id, domains)
        except UniqueViolation:
            raise Conflict("domain") from None
        return await self.organization(organization.id)

    async def suspend(self, organization_id: uuid.UUID) -> Organization:
        """Let nobody in any more, at once. Its data stays. Raises NotFound."""
        return await self._set_suspended(organization_id, self._clock.now())

    async def restore(self, organization_id: uuid.UUID) -> Organization:
        """Let its people in again. Raises NotFound."""
        return await self._set_suspended(organization_id, None)

    async def _set_suspended(
        self, organization_id: uuid.UUID, since: datetime.datetime | None
    ) -> Organization:
        if organization_id == INSTALLATION:
            raise Conflict("installation")  # nobody could undo it
        async with self._database.transaction(INSTALLATION) as connection:
            await connection.execute(
                "update organization set suspended_at = %s where id = %s",
                (since, organization_id),
            )
        return await self.organization(organization_id)

    async def _set_domains(
        self, connection: Connection, organization_id: uuid.UUID, domains: Sequence[str]
    ) -> None:
        cursor = connection.cursor()
        await cursor.execute(
            "delete from organization_domain where organization_id = %s", (organization_id,)
        )
        await cursor.executemany(
            "insert into organization_domain (organization_id, id, domain, verified_at)"
            " values (%s, %s, %s, %s)",
            [(organization_id, new_id(), each, self._clock.now()) for each in sorted(set(domains))],
        )
