"""Folds streams and whole logs into states."""

import dataclasses
import datetime
import uuid

from morello.ledger.log import Log
from morello.ledger.replay.projection import Projection, Replayed, State, differences
from morello.ledger.replay.snapshot import MemorySnapshots, Snapshot, Snapshots, Until
from morello.ledger.replay.upcasting import Upcasting

SNAPSHOT_EVENTS = 100
"""Events of a stream from one snapshot to the next."""

_PAGE_EVENTS = 1_000
_BEGINNING = datetime.datetime.min.replace(tzinfo=datetime.UTC)


@dataclasses.dataclass(frozen=True, slots=True)
class Replayer:
    """Reads a log as states."""

    log: Log
    upcasting: Upcasting = dataclasses.field(default_factory=Upcasting)
    snapshots: Snapshots = dataclasses.field(default_factory=MemorySnapshots)

    async def replay(
        self,
        organization_id: uuid.UUID,
        stream: str,
        projection: Projection,
        *,
        until: Until = None,
    ) -> Replayed:
        """Return the state of one stream at a version, at a time, or now."""
        found = await self.snapshots.find(organization_id, stream, projection, until)
        state = found.state() if found else projection.empty()
        version, latest_at = (found.stream_version, found.latest_at) if found else (0, _BEGINNING)
        async for event in self.log.read(organization_id, stream, after=version, until=until):
            state = projection.apply(state, self.upcasting.apply(event))
            version, latest_at = event.stream_version, max(latest_at, event.at)
            if version % SNAPSHOT_EVENTS == 0:
                snapshot = Snapshot.of(state, version, latest_at)
                await self.snapshots.keep(organization_id, stream, projection, snapshot)
        return Replayed(state, version)

    async def rebuild(self, organization_id: uuid.UUID, projection: Projection) -> Replayed:
        """Return the state of a whole log, folded from its first event."""
        state, after, page = projection.empty(), -1, _PAGE_EVENTS
        while page == _PAGE_EVENTS:
            page = 0
            async for event in self.log.follow(organization_id, after=after, limit=_PAGE_EVENTS):
                state = projection.apply(state, self.upcasting.apply(event))
                after, page = event.position, page + 1
        return Replayed(state, after + 1)

    async def compare(
        self, organization_id: uuid.UUID, projection: Projection, kept: State
    ) -> list[str]:
        """Return the keys in which a kept state differs from the rebuilt one: none, if all is well.

        Nothing may be appended meanwhile, or the kept state has to be as new as the log.
        """
        rebuilt = await self.rebuild(organization_id, projection)
        return differences(kept, rebuilt.state)
