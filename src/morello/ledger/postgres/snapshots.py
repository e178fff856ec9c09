"""Snapshots in PostgreSQL."""

import dataclasses
import uuid

from morello.ledger.replay.projection import Projection
from morello.ledger.replay.snapshot import SNAPSHOTS_PER_STREAM_MAX, Snapshot, Until
from morello.storage.postgres.database import Database


@dataclasses.dataclass(frozen=True, slots=True)
class PostgresSnapshots:
    """Keeps the newest few of each stream, for all processes."""

    database: Database

    async def find(
        self, organization_id: uuid.UUID, stream: str, projection: Projection, until: Until
    ) -> Snapshot | None:
        """Return the newest snapshot that serves, or None."""
        rows = await self.database.fetch(
            organization_id,
            "select stream_version, latest_at, content from snapshot"
            " where organization_id = %s and stream = %s and projection = %s"
            " and projection_version = %s order by stream_version desc",
            (organization_id, stream, projection.name, projection.version),
            Snapshot,
        )
        return next((each for each in rows if each.serves(until)), None)

    async def keep(
        self, organization_id: uuid.UUID, stream: str, projection: Projection, snapshot: Snapshot
    ) -> None:
        """Keep a snapshot; the oldest of the stream may go."""
        of = (organization_id, stream, projection.name, projection.version)
        # Alone: it is a cache, and must not make a call that only reads one that writes.
        async with self.database.transaction(organization_id, alone=True) as connection:
            await connection.execute(
                "insert into snapshot (organization_id, stream, projection, projection_version,"
                " stream_version, latest_at, content) values (%s, %s, %s, %s, %s, %s, %s)"
                " on conflict do nothing",
                (*of, snapshot.stream_version, snapshot.latest_at, snapshot.content),
            )
            await connection.execute(
                "delete from snapshot where organization_id = %s and stream = %s"
                " and projection = %s and projection_version = %s and stream_version <= ("
                "select stream_version from snapshot where organization_id = %s and stream = %s"
                " and projection = %s and projection_version = %s"
                " order by stream_version desc offset %s limit 1)",
                (*of, *of, SNAPSHOTS_PER_STREAM_MAX),
            )

    async def forget(self, organization_id: uuid.UUID, stream: str, projection: Projection) -> None:
        """Drop the snapshots of a projection of a stream."""
        async with self.database.transaction(organization_id, alone=True) as connection:
            await connection.execute(
                "delete from snapshot where organization_id = %s and stream = %s"
                " and projection = %s and projection_version = %s",
                (organization_id, stream, projection.name, projection.version),
            )
