"""A catalogue in memory: for a command that ends, for tests, and beside a temporary lake."""

import dataclasses
import threading
import uuid
from collections.abc import Sequence

from morello.data.catalog.version import Dataset, Listed, Made, NewVersion, Rejected, Usage, Version
from morello.kernel.errors import Conflict, NotFound


@dataclasses.dataclass(slots=True)
class _Entry:
    dataset: Dataset
    versions: list[NewVersion] = dataclasses.field(default_factory=list)

    def version(self, version_id: str | None) -> NewVersion:
        """Return the newest version, or the one whose id begins so."""
        found = [each for each in self.versions if each.id.startswith(version_id or "")]
        if version_id and len(found) > 1:
            raise Conflict("version_id", version=version_id)
        if not found:
            name = self.dataset.name
            raise NotFound("version", dataset=name, version=version_id or "")
        return found[-1]


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

    async def find(
        self, organization_id: uuid.UUID, name: str, version_id: str | None = None
    ) -> tuple[Dataset, Version]:
        """Return a dataset and one of its versions. Raises NotFound, Conflict."""
        with self._lock:
            entry = self._named(organization_id, name)
            return entry.dataset, entry.version(version_id).kept()

    async def dataset(self, organization_id: uuid.UUID, name: str) -> Dataset:
        """Return a dataset by name. Raises NotFound."""
        with self._lock:
            return self._named(organization_id, name).dataset

    async def listed(
        self, organization_id: uuid.UUID, *, after: str = "", limit: int = 100
    ) -> Sequence[Listed]:
        """Return datasets in order of name, those after `after`, with their newest versions."""
        with self._lock:
            entries = self._organizations.get(organization_id, {}).values()
            found = [
                Listed.of(each.dataset.name, each.versions[-1])
                if each.versions
                else Listed(each.dataset.name)
                for each in entries
                if each.dataset.name > after
            ]
        return sorted(found, key=lambda each: each.name)[:limit]

    async def add_version(
        self, organization_id: uuid.UUID, version: NewVersion, *, expected: str | None
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
            return self._entry(organization_id, dataset_id).version(version_id).kept()

    async def history(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, *, limit: int = 100
    ) -> Sequence[Made]:
        """Return versions, the newest first."""
        with self._lock:
            versions = self._entry(organization_id, dataset_id).versions
            return [Made.of(each) for each in versions[::-1][:limit]]

    async def blocks(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, version_id: str
    ) -> tuple[str, ...]:
        """Return a version's digests of each 65,536 rows. Raises NotFound."""
        with self._lock:
            return self._entry(organization_id, dataset_id).version(version_id).blocks

    async def rejected(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, version_id: str, *, limit: int
    ) -> Sequence[Rejected]:
        """Return the first of a version's rejected rows."""
        with self._lock:
            entry = self._organizations.get(organization_id, {}).get(dataset_id)
            versions = entry.versions if entry else []
            return next((each.rejected[:limit] for each in versions if each.id == version_id), ())

    async def delete(self, organization_id: uuid.UUID, dataset_id: uuid.UUID) -> Sequence[Version]:
        """Remove a dataset and return the versions it had, whose files may now go."""
        with self._lock:
            versions = self._entry(organization_id, dataset_id).versions
            del self._organizations[organization_id][dataset_id]
        return [each.kept() for each in versions]

    async def usage(self, organization_id: uuid.UUID) -> Usage:
        """Return how much an organization has."""
        with self._lock:
            entries = list(self._organizations.get(organization_id, {}).values())
        files = {file.path: file.bytes for each in _versions(entries) for file in each.files}
        return Usage(datasets=len(entries), bytes=sum(files.values()))

    async def files(self, organization_id: uuid.UUID) -> frozenset[str]:
        """Return the paths of all files that versions have."""
        with self._lock:
            entries = list(self._organizations.get(organization_id, {}).values())
        return frozenset(file.path for each in _versions(entries) for file in each.files)

    def _named(self, organization_id: uuid.UUID, name: str) -> _Entry:
        for entry in self._organizations.get(organization_id, {}).values():
            if entry.dataset.name == name:
                return entry
        raise NotFound("dataset", name=name)

    def _entry(self, organization_id: uuid.UUID, dataset_id: uuid.UUID) -> _Entry:
        try:
            return self._organizations[organization_id][dataset_id]
        except KeyError:
            raise NotFound("dataset", name=str(dataset_id)) from None


def _versions(entries: Sequence[_Entry]) -> list[NewVersion]:
    return [version for entry in entries for version in entry.versions]
