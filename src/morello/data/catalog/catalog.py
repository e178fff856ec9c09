"""The catalogue's port: datasets by name, versions in order, per organization."""

import uuid
from collections.abc import Sequence
from typing import Protocol

from morello.data.catalog.version import Dataset, Listed, Made, NewVersion, Rejected, Usage, Version


class Catalog(Protocol):
    """Knows datasets and versions. Another organization's are simply not there."""

    async def create(self, dataset: Dataset) -> None:
        """Add a dataset. Raises Conflict when the organization has one of that name."""
        ...

    async def find(
        self, organization_id: uuid.UUID, name: str, version_id: str | None = None
    ) -> tuple[Dataset, Version]:
        """Return a dataset and one of its versions in one go: every call begins with this.

        The newest version without an id; an id may be shortened. Raises NotFound, and Conflict
        for a shortened id that means several.
        """
        ...

    async def dataset(self, organization_id: uuid.UUID, name: str) -> Dataset:
        """Return a dataset by name. Raises NotFound."""
        ...

    async def listed(
        self, organization_id: uuid.UUID, *, after: str = "", limit: int = 100
    ) -> Sequence[Listed]:
        """Return datasets in order of name, those after `after`, with their newest versions."""
        ...

    async def add_version(
        self, organization_id: uuid.UUID, version: NewVersion, *, expected: str | None
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

    async def history(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, *, limit: int = 100
    ) -> Sequence[Made]:
        """Return versions, the newest first. Raises NotFound for a dataset that is not there."""
        ...

    async def blocks(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, version_id: str
    ) -> tuple[str, ...]:
        """Return a version's digests of each 65,536 rows. Raises NotFound."""
        ...

    async def rejected(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, version_id: str, *, limit: int
    ) -> Sequence[Rejected]:
        """Return the first of a version's rejected rows; none of a version that is not there."""
        ...

    async def delete(self, organization_id: uuid.UUID, dataset_id: uuid.UUID) -> Sequence[Version]:
        """Remove a dataset and return the versions it had, whose files may now go."""
        ...

    async def usage(self, organization_id: uuid.UUID) -> Usage:
        """Return how much an organization has."""
        ...

    async def files(self, organization_id: uuid.UUID) -> frozenset[str]:
        """Return the paths of all files that versions have, to find those that none has."""
        ...
