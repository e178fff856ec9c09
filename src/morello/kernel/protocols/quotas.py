"""What an organization may use of an installation."""

import uuid
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field


class Quota(BaseModel):
    """The limits of one organization."""

    model_config = ConfigDict(frozen=True)

    rate_per_s: float
    """Calls it may start in a second."""
    concurrent_max: int
    """Calls it may have running at once."""
    storage_bytes_max: int
    """Bytes of all files of its datasets."""
    datasets_max: int
    members_max: int


class QuotaChange(BaseModel):
    """Limits that an organization has of its own; None is as the installation's settings say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate_per_s: float | None = Field(
        default=None, gt=0, le=1e6, description="Calls it may start in a second."
    )
    concurrent_max: int | None = Field(
        default=None, gt=0, le=10_000, description="Calls it may have running at once."
    )
    storage_bytes_max: int | None = Field(
        default=None, ge=0, lt=1 << 62, description="Bytes of all files of its datasets."
    )
    datasets_max: int | None = Field(
        default=None, ge=0, le=1_000_000, description="Datasets it may have."
    )
    members_max: int | None = Field(
        default=None, ge=0, le=1_000_000, description="Members it may have."
    )


class Quotas(Protocol):
    """Knows every organization's limits."""

    async def of(self, organization_id: uuid.UUID) -> Quota:
        """Return what holds for an organization, at most `AGE_MAX_S` behind a change."""
        ...

    async def change(self, organization_id: uuid.UUID, change: QuotaChange) -> Quota:
        """Give an organization limits of its own; return what holds then."""
        ...


AGE_MAX_S = 5.0
"""How long a process may go on with limits that were changed elsewhere."""
