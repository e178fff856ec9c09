"""Quotas in PostgreSQL, remembered for a few seconds."""

import collections
import uuid

from morello.identity.quotas import changed, usual
from morello.kernel.clock import Clock
from morello.kernel.protocols.quotas import AGE_MAX_S, Quota, QuotaChange
from morello.kernel.settings import Settings
from morello.storage.postgres.database import Database

_KNOWN_MAX = 10_000
"""Organizations whose quotas a process remembers."""


class PostgresQuotas:
    """Quotas that last; each process asks for an organization's at most every few seconds."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._usual = usual(settings)
        self._known: collections.OrderedDict[uuid.UUID, tuple[float, Quota]] = (
            collections.OrderedDict()
        )

    async def of(self, organization_id: uuid.UUID) -> Quota:
        """Return what holds for an organization. Raises Unavailable."""
        now_s = self._clock.monotonic()
        known = self._known.get(organization_id)
        if known is not None and now_s < known[0] + AGE_MAX_S:
            return known[1]
        rows = await self._database.fetch(
            organization_id,
            "select rate_per_s, concurrent_max, storage_bytes_max, datasets_max, members_max"
            " from quota where organization_id = %s",
            (organization_id,),
            QuotaChange,
        )
        quota = changed(self._usual, rows[0]) if rows else self._usual
        self._remember(organization_id, now_s, quota)
        return quota

    async def change(self, organization_id: uuid.UUID, change: QuotaChange) -> Quota:
        """Give an organization limits of its own."""
        async with self._database.transaction(organization_id) as connection:
            await connection.execute(
                "insert into quota (organization_id, rate_per_s, concurrent_max,"
                " storage_bytes_max, datasets_max, members_max)"
                " values (%(organization_id)s, %(rate_per_s)s, %(concurrent_max)s,"
                " %(storage_bytes_max)s, %(datasets_max)s, %(members_max)s)"
                " on conflict (organization_id) do update set rate_per_s = excluded.rate_per_s,"
                " concurrent_max = excluded.concurrent_max,"
                " storage_bytes_max = excluded.storage_bytes_max,"
                " datasets_max = excluded.datasets_max, members_max = excluded.members_max",
                {"organization_id": organization_id, **change.model_dump()},
            )
        self._known.pop(organization_id, None)
        return changed(self._usual, change)

    def _remember(self, organization_id: uuid.UUID, now_s: float, quota: Quota) -> None:
        self._known[organization_id] = (now_s, quota)
        self._known.move_to_end(organization_id)
        while len(self._known) > _KNOWN_MAX:
            self._known.popitem(last=False)
