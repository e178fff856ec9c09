"""The port of kept models: versions by name, per organization."""

import uuid
from collections.abc import Sequence
from typing import Protocol

from morello.data.models.model import ModelVersion


class Models(Protocol):
    """Knows models. Another organization's are simply not there."""

    async def add(self, version: ModelVersion, content: bytes) -> bool:
        """Keep a version; return whether it is new: the same digest is not kept twice."""
        ...

    async def find(
        self, organization_id: uuid.UUID, name: str, digest: str | None = None
    ) -> ModelVersion:
        """Return the newest version of a name, or the one whose digest begins so.

        Raises NotFound, and Conflict for a shortened digest that means several.
        """
        ...

    async def content(self, version: ModelVersion) -> bytes:
        """Return a version's sealed content. Raises NotFound."""
        ...

    async def newest(
        self, organization_id: uuid.UUID, *, after: str = "", limit: int = 100
    ) -> Sequence[ModelVersion]:
        """Return the newest version of each name after `after`, in order of name."""
        ...

    async def versions(
        self, organization_id: uuid.UUID, name: str, *, limit: int = 100
    ) -> Sequence[ModelVersion]:
        """Return the versions of a name, the newest first."""
        ...

    async def delete(self, organization_id: uuid.UUID, name: str) -> int:
        """Remove every version of a name; return how many there were."""
        ...

    async def count(self, organization_id: uuid.UUID) -> int:
        """Return how many versions an organization has."""
        ...
