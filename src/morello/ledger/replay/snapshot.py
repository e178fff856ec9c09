"""Snapshots: states kept on the way, so that a long stream need not be folded from its start."""

import dataclasses
import datetime
import uuid
from typing import Protocol

from morello.ledger.proof import canonical
from morello.ledger.replay.projection import Projection, State

SNAPSHOTS_PER_STREAM_MAX = 16

Until = int | datetime.datetime | None
"""A stream version, a time, or None for all of it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Snapshot:
    """A state at a version of a stream."""

    stream_version: int
    latest_at: datetime.datetime
    """The latest time among the events it was folded from."""
    content: bytes
    """The state as canonical JSON: nobody who reads it can change it."""

    @classmethod
    def of(cls, state: State, stream_version: int, latest_at: datetime.datetime) -> "Snapshot":
        """Keep a copy of a state."""
        return cls(stream_version, latest_at, canonical.encode(state))

    def state(self) -> State:
        """Return a fresh copy of the state."""
        state: State = canonical.decode(self.content)
        return state

    def serves(self, until: Until) -> bool:
        """Tell whether folding on from here can lead to `until`."""
        if isinstance(until, datetime.datetime):
            return self.latest_at <= until
        return until is None or self.stream_version <= until


class Snapshots(Protocol):
    """Keeps snapshots by organization, stream, and the projection's name and version."""

    async def find(
        self, organization_id: uuid.UUID, stream: str, projection: Projection, until: Until
    ) -> Snapshot | None:
        """Return the newest snapshot that serves, or None."""
        ...

    async def keep(
        self, organization_id: uuid.UUID, stream: str, projection: Projection, snapshot: Snapshot
    ) -> None:
        """Keep a snapshot; the oldest of the stream may go."""
        ...

    async def forget(self, organization_id: uuid.UUID, stream: str, projection: Projection) -> None:
        """Drop the snapshots of a projection of a stream."""
        ...


class MemorySnapshots:
    """Keeps the newest few of each stream in this process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[uuid.UUID, str, str, int], list[Snapshot]] = {}

    async def find(
        self, organization_id: uuid.UUID, stream: str, projection: Projection, until: Until
    ) -> Snapshot | None:
        """Return the newest snapshot that serves, or None."""
        kept = self._kept.get((organization_id, stream, projection.name, projection.version), [])
        return next((each for each in reversed(kept) if each.serves(until)), None)

    async def keep(
        self, organization_id: uuid.UUID, stream: str, projection: Projection, snapshot: Snapshot
    ) -> None:
        """Keep a snapshot."""
        place = (organization_id, stream, projection.name, projection.version)
        kept = self._kept.setdefault(place, [])
        kept.append(snapshot)
        kept.sort(key=lambda each: each.stream_version)
        del kept[:-SNAPSHOTS_PER_STREAM_MAX]

    async def forget(self, organization_id: uuid.UUID, stream: str, projection: Projection) -> None:
        """Drop the snapshots of a projection of a stream."""
        self._kept.pop((organization_id, stream, projection.name, projection.version), None)
