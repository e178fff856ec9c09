"""Reading the log: placed events only, under row-level security, a page at a time."""

import dataclasses
import datetime
import uuid
from collections.abc import AsyncIterator
from typing import Final, LiteralString

from morello.kernel.errors import NotFound
from morello.ledger.postgres.rows import PLACED, PlacedRow
from morello.ledger.postgres.writing.head import KeptHead
from morello.storage.postgres.database import Database

PAGE_EVENTS = 1_000

_FOLLOW: Final[LiteralString] = (
    f"{PLACED} where organization_id = %s and position > %s order by position limit %s"
)
_RECENT: Final[LiteralString] = (
    f"{PLACED} where organization_id = %s and position < %s order by position desc limit %s"
)
_READ: Final[LiteralString] = (
    f"{PLACED} where organization_id = %s and stream = %s"
    " and stream_version > %s and position is not null order by stream_version limit %s"
)
_EVENT: Final[LiteralString] = (
    f"{PLACED} where organization_id = %s and id = %s and position is not null"
)
_HEAD: Final[LiteralString] = """
    select organization_id, origin, size, frontier, note, seal,
        coalesce((select max(position) from event
            where event.organization_id = tree_head.organization_id), -1) as last
    from tree_head where organization_id = %s"""

POSITION_MAX = (1 << 63) - 1


@dataclasses.dataclass(slots=True)
class HeadRow(KeptHead):
    """The end of a log, and where its events end."""

    last: int
    """The highest position of an event; one less than the size, if all is well."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """Fetches rows of events."""

    database: Database

    async def head(self, organization_id: uuid.UUID) -> HeadRow | None:
        """Return the log's head; None when nothing was placed yet."""
        rows = await self.database.fetch(organization_id, _HEAD, (organization_id,), HeadRow)
        return rows[0] if rows else None

    async def event(self, organization_id: uuid.UUID, event_id: uuid.UUID) -> PlacedRow:
        """Return an event. Raises NotFound."""
        named = (organization_id, event_id)
        rows = await self.database.fetch(organization_id, _EVENT, named, PlacedRow)
        if not rows:
            raise NotFound("event", event=str(event_id))
        return rows[0]

    async def is_known(self, organization_id: uuid.UUID, event_id: uuid.UUID) -> bool:
        """Tell whether an event is kept, with a place or without."""
        query: LiteralString = "select id from event where organization_id = %s and id = %s"
        return bool(await self.database.fetch(organization_id, query, (organization_id, event_id)))

    async def follow(
        self, organization_id: uuid.UUID, *, after: int, limit: int
    ) -> AsyncIterator[PlacedRow]:
        """Yield events in order of position."""
        async for row in self._pages(organization_id, _FOLLOW, after, limit):
            yield row

    async def recent(
        self, organization_id: uuid.UUID, *, before: int | None, limit: int
    ) -> AsyncIterator[PlacedRow]:
        """Yield events in falling order of position."""
        start = POSITION_MAX if before is None else before
        async for row in self._pages(organization_id, _RECENT, start, limit):
            yield row

    async def read(
        self,
        organization_id: uuid.UUID,
        stream: str,
        *,
        after: int,
        until: int | datetime.datetime | None,
    ) -> AsyncIterator[PlacedRow]:
        """Yield a stream's events in order of version."""
        while True:
            asked = (organization_id, stream, after, PAGE_EVENTS)
            rows = await self.database.fetch(organization_id, _READ, asked, PlacedRow)
            for row in rows:
                after = row.stream_version
                if isinstance(until, int) and after > until:
                    return
                if isinstance(until, datetime.datetime) and row.at > until:
                    return
                yield row
            if len(rows) < PAGE_EVENTS:
                return

    async def _pages(
        self, organization_id: uuid.UUID, query: LiteralString, position: int, limit: int
    ) -> AsyncIterator[PlacedRow]:
        while limit > 0:
            size = min(limit, PAGE_EVENTS)
            asked = (organization_id, position, size)
            rows = await self.database.fetch(organization_id, query, asked, PlacedRow)
            for row in rows:
                position = row.position
                yield row
            limit -= size
            if len(rows) < size:
                return
