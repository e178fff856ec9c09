"""Erasure: forgetting a person without touching the log, by destroying the key of their fields.

The leaves commit to what is sealed, which stays; so every old proof still verifies, and nobody can
read the fields again.
"""

import dataclasses
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any

from morello.kernel.clock import Clock
from morello.ledger.event import Event, NewEvent
from morello.ledger.log import Log
from morello.ledger.sealing import Sealing

_PAGE_EVENTS = 1_000


@dataclasses.dataclass(frozen=True, slots=True)
class Erasure:
    """Finds and erases what the ledger keeps about a person (kernel.protocols.PersonalData)."""

    log: Log
    sealing: Sealing
    clock: Clock

    async def find(
        self, organization_id: uuid.UUID, person: str
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Yield each event about the person; a field that was erased before is None."""
        async for event in self._about(organization_id, person):
            yield {
                "event": event.id,
                "stream": event.stream,
                "kind": event.kind,
                "at": event.at,
                "fields": await self.sealing.open(event),
            }

    async def erase(self, organization_id: uuid.UUID, person: str) -> int:
        """Destroy the person's key and say so in the log; return how many events it was.

        Doing it again changes nothing.
        """
        found = [
            each["event"]
            async for each in self.find(organization_id, person)
            if any(value is not None for value in each["fields"].values())
        ]
        if await self.sealing.keys.destroy(organization_id, person):
            said = NewEvent(
                stream=f"person:{person}",
                kind="person.erased",
                at=self.clock.now(),
                what={"person": person, "events": len(found)},
            )
            await self.log.append(organization_id, [said])
        return len(found)

    async def _about(self, organization_id: uuid.UUID, person: str) -> AsyncIterator[Event]:
        after, page = -1, _PAGE_EVENTS
        while page == _PAGE_EVENTS:
            page = 0
            async for event in self.log.follow(organization_id, after=after, limit=_PAGE_EVENTS):
                after, page = event.position, page + 1
                if event.person == person:
                    yield event
