"""A catalogue in memory: for a command that ends, for tests, and beside a temporary lake."""

import dataclasses
import threading
import uuid
from collections.abc import Sequence

from morello.data.catalog.version import Dataset, Version
from morello.kernel.errors import Conflict, NotFound


@dataclasses.dataclass(slots=True)
class _Entry:
    dataset: Dataset
    versions: list[Version] = dataclasses.field(default_factory=list)


class MemoryCatalog:
    """Keeps everything in dictionaries, one per organization. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._organizations: dict[uuid.UUID, dict[uuid.UUID, _Entry]] = {}

    async def create(self, dataset: Dataset) -> None:
        """Add a dataset. Raises Conflict when the organization has one of that name."""
        with self._lock:
            entries = self._organizations.setdefault(dataset.organization_id, {})
            if any(entry.dataset.name == dataset.name for entry in entries.values()):
                raise Conflict("dataset", name=dataset.name)
            entries[dataset.id] = _Entry(dataset)

    async def dataset(self, organization_id: uuid.UUID, name: str) -> Dataset:
        """Return a dataset by name. Raises NotFound."""
        with self._lock:
            for entry in self._organizations.get(organization_id, {}).values():
                if entry.dataset.name == name:
                    return entry.dataset
        raise NotFound("dataset", name=name)

    async def datasets(
        self, organization_id: uuid.UUID, *, after: str = "", limit: int = 100
    ) -> Sequence[Dataset]:
        """Return datasets in order of name, those after `after`."""
        with self._lock:
            entries = self._organizations.get(organization_id, {}).values()
            found = [each.dataset for each in entries if each.dataset.name > after]
        return sorted(found, key=lambda dataset: dataset.name)[:limit]

    async def add_version(
        self, organization_id: uuid.UUID, version: Version, *, expected: str | None
    ) -> None:
        """Add a version whose predecessor is `expected`. Raises Conflict when it no longer is."""
        with self._lock:
            versions = self._entry(organization_id, version.dataset_id).versions
            if any(each.id == version.id for each in versions):
                return
            newest = versions[-1].id if versions else None
            if newest != expected:
                raise Conflict("version", expected=expected or "", newest=newest or "")
            versions.append(version)

    async def version(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, version_id: str | None = None
    ) -> Version:
        """Return a version, the newest without an id; an id may be shortened. Raises NotFound."""
        with self._lock:
            versions = self._entry(organization_id, dataset_id).versions
            found = [each for each in versions if each.id.startswith(version_id or "")]
        if version_id and len(found) > 1:
            raise Conflict("version_id", version=version_id)
        if not found:
            raise NotFound("version", version=version_id or "")
        return found[-1]

    async def versions(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, *, limit: int = 100
    ) -> Sequence[Version]:
        """Return versions, the newest first."""
        with self._lock:
            return self._entry(organization_id, dataset_id).versions[::-1][:limit]

    async def delete(self, organization_id: uuid.UUID, dataset_id: uuid.UUID) -> Sequence[Version]:
        """Remove a dataset and return the versions it had, whose files may now go."""
        with self._lock:
            versions = self._entry(organization_id, dataset_id).versions
            del self._organizations[organization_id][dataset_id]
        return versions

    def _entry(self, organization_id: uuid.UUID, dataset_id: uuid.UUID) -> _Entry:
        try:
            return self._organizations[organization_id][dataset_id]
        except KeyError:
            raise NotFound("dataset", name=str(dataset_id)) from None
