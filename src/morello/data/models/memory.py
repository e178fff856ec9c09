"""Kept models in memory: for a command that ends, and for tests."""

import threading
import uuid
from collections.abc import Sequence

from morello.data.models.model import ModelVersion
from morello.kernel.errors import Conflict, NotFound


class MemoryModels:
    """Keeps everything in one list per organization, the oldest first. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[uuid.UUID, list[tuple[ModelVersion, bytes]]] = {}

    async def add(self, version: ModelVersion, content: bytes) -> bool:
        """Keep a version; return whether it is new."""
        with self._lock:
            kept = self._kept.setdefault(version.organization_id, [])
            if any((each.name, each.digest) == (version.name, version.digest) for each, _ in kept):
                return False
            kept.append((version, content))
            kept.sort(key=lambda each: each[0].id)
            return True

    async def find(
        self, organization_id: uuid.UUID, name: str, digest: str | None = None
    ) -> ModelVersion:
        """Return the newest version of a name, or the one whose digest begins so."""
        versions = self._of(organization_id, name)
        found = [each for each in versions if each.digest.startswith(digest or "")]
        if digest and len(found) > 1:
            raise Conflict("model_version", version=digest)
        if not found:
            raise NotFound("model", name=name)
        return found[0]

    async def content(self, version: ModelVersion) -> bytes:
        """Return a version's sealed content. Raises NotFound."""
        with self._lock:
            for each, content in self._kept.get(version.organization_id, []):
                if each.id == version.id:
                    return content
        raise NotFound("model", name=version.name)

    async def newest(
        self, organization_id: uuid.UUID, *, after: str = "", limit: int = 100
    ) -> Sequence[ModelVersion]:
        """Return the newest version of each name after `after`, in order of name."""
        with self._lock:
            kept = self._kept.get(organization_id, [])
            found = {each.name: each for each, _ in kept if each.name > after}
        return [found[name] for name in sorted(found)][:limit]

    async def versions(
        self, organization_id: uuid.UUID, name: str, *, limit: int = 100
    ) -> Sequence[ModelVersion]:
        """Return the versions of a name, the newest first."""
        return self._of(organization_id, name)[:limit]

    async def delete(self, organization_id: uuid.UUID, name: str) -> int:
        """Remove every version of a name; return how many there were."""
        with self._lock:
            kept = self._kept.get(organization_id, [])
            left = [each for each in kept if each[0].name != name]
            self._kept[organization_id] = left
            return len(kept) - len(left)

    async def count(self, organization_id: uuid.UUID) -> int:
        """Return how many versions an organization has."""
        with self._lock:
            return len(self._kept.get(organization_id, []))

    def _of(self, organization_id: uuid.UUID, name: str) -> list[ModelVersion]:
        with self._lock:
            kept = self._kept.get(organization_id, [])
            return [each for each, _ in reversed(kept) if each.name == name]
