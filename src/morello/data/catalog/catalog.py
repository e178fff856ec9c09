"""The catalogue's port: datasets by name, versions in order, per organization."""

import uuid
from collections.abc import Sequence
from typing import Protocol

from morello.data.catalog.version import Dataset, Version


class Catalog(Protocol):
    """Knows datasets and versions. Another organization's are simply not there."""

    async def create(self, dataset: Dataset) -> None:
        """Add a dataset. Raises Conflict when the organization has one of that name."""
        ...

    async def dataset(self, organization_id: uuid.UUID, name: str) -> Dataset:
        """Return a dataset by name. Raises NotFound."""
        ...

    async def datasets(
        self, organization_id: uuid.UUID, *, after: str = "", limit: int = 100
    ) -> Sequence[Dataset]:
        """Return datasets in order of name, those after `after`."""
        ...

    async def add_version(
        self, organization_id: uuid.UUID, version: Version, *, expected: str | None
    ) -> None:
        """Add a version whose predecessor is `expected`. Raises Conflict when it no longer is.

        A version that is there already, with the same id, is not added again.
        """
        ...

    async def version(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, version_id: str | None = None
    ) -> Version:
        """Return a version, the newest without an id; an id may be shortened. Raises NotFound."""
        ...

    async def versions(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, *, limit: int = 100
    ) -> Sequence[Version]:
        """Return versions, the newest first."""
        ...

    async def delete(self, organization_id: uuid.UUID, dataset_id: uuid.UUID) -> Sequence[Version]:
        """Remove a dataset and return the versions it had, whose files may now go."""
        ...
