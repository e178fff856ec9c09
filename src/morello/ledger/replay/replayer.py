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

WHOLE_LOG = ""
"""The stream of snapshots of states that are folded from every event; no stream is called so."""

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

    async def current(self, organization_id: uuid.UUID, projection: Projection) -> Replayed:
        """Return the state of a whole log as it is kept, brought up to its end and kept so."""
        found = await self.snapshots.find(organization_id, WHOLE_LOG, projection, None)
        kept = Replayed(found.state(), found.stream_version) if found else None
        replayed = await self._fold(organization_id, projection, kept)
        if replayed.version > (kept.version if kept else 0):
            snapshot = Snapshot.of(replayed.state, replayed.version, _BEGINNING)
            await self.snapshots.keep(organization_id, WHOLE_LOG, projection, snapshot)
        return replayed

    async def rebuild(
        self, organization_id: uuid.UUID, projection: Projection, *, until: int | None = None
    ) -> Replayed:
        """Return the state of a log, folded from its first event, up to a number of events."""
        return await self._fold(organization_id, projection, None, until)

    async def _fold(
        self,
        organization_id: uuid.UUID,
        projection: Projection,
        kept: Replayed | None,
        until: int | None = None,
    ) -> Replayed:
        state, size = (kept.state, kept.version) if kept else (projection.empty(), 0)
        page = _PAGE_EVENTS
        while page == _PAGE_EVENTS:
            limit = _PAGE_EVENTS if until is None else min(_PAGE_EVENTS, until - size)
            page = 0
            async for event in self.log.follow(organization_id, after=size - 1, limit=limit):
                state = projection.apply(state, self.upcasting.apply(event))
                size, page = event.position + 1, page + 1
        return Replayed(state, size)

    async def compare(
        self, organization_id: uuid.UUID, projection: Projection, kept: State
    ) -> list[str]:
        """Return the keys in which a kept state differs from the rebuilt one: none, if all is well.

        Nothing may be appended meanwhile, or the kept state has to be as new as the log.
        """
        rebuilt = await self.rebuild(organization_id, projection)
        return differences(kept, rebuilt.state)
