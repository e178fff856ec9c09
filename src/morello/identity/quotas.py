"""Quotas: the installation's settings, and what an organization has been given beside them."""

import uuid

from morello.kernel.protocols.quotas import Quota, QuotaChange
from morello.kernel.settings import Settings


class MemoryQuotas:
    """Quotas for as long as the process lives."""

    def __init__(self, settings: Settings) -> None:
        self._usual = usual(settings)
        self._own: dict[uuid.UUID, Quota] = {}

    async def of(self, organization_id: uuid.UUID) -> Quota:
        """Return what holds for an organization."""
        return self._own.get(organization_id, self._usual)

    async def change(self, organization_id: uuid.UUID, change: QuotaChange) -> Quota:
        """Give an organization limits of its own."""
        quota = changed(self._usual, change)
        self._own[organization_id] = quota
        return quota


def usual(settings: Settings) -> Quota:
    """Return what holds for an organization without limits of its own."""
    return Quota(**{name: getattr(settings, name) for name in Quota.model_fields})


def changed(quota: Quota, change: QuotaChange) -> Quota:
    """Return a quota with what an organization has of its own."""
    return quota.model_copy(update=change.model_dump(exclude_none=True))
