"""Rows of the table `event`, and the events and records they are."""

import dataclasses
import datetime
import uuid
from typing import Final, LiteralString

from morello.ledger.draft import personal_body, place_body
from morello.ledger.event import Event
from morello.ledger.proof import claim
from morello.ledger.proof.claim import SALT_BYTES, SALTS_BYTES
from morello.ledger.proof.leaf import EPOCH, head
from morello.ledger.record import Record

OFFERED: Final[LiteralString] = (
    "id, stream, stream_version, kind, at, person, who, what, query, versions, result, sealed,"
    " salts"
)
"""What is known of an event before it has a place."""

PLACED: Final[LiteralString] = f"select {OFFERED}, position, leaf from event"  # noqa: S608 - constants only


@dataclasses.dataclass(slots=True)
class OfferedRow:
    """An event that may not have a place yet."""

    id: uuid.UUID
    stream: str
    stream_version: int
    kind: str
    at: datetime.datetime
    person: str | None
    who: bytes
    what: bytes
    query: bytes
    versions: bytes
    result: bytes
    sealed: bytes
    salts: bytes

    def record(self) -> Record:
        """Return the record."""
        at = self.at.astimezone(datetime.UTC)
        return Record.laid(self.id, at, (self._place(), *self._bodies()), self.salts)

    def computed(self) -> bytes:
        """Return the leaf, computed from what the columns say: as the record's, with less ado.

        Empty when they say what no event says, because somebody edited them.
        """
        if len(self.salts) != SALTS_BYTES or self.at < EPOCH:
            return b""
        place = claim.digest("place", self.salts[:SALT_BYTES], self._place())
        return head(self.id, self.at) + place + claim.digests(self.salts, self._bodies())

    def _place(self) -> bytes:
        """Spell the place: the columns are the only spelling of what the leaf commits to."""
        return place_body(self.kind, self.stream, self.stream_version)

    def _bodies(self) -> tuple[bytes, ...]:
        personal = personal_body(self.person, self.sealed)
        return self.who, self.what, self.query, self.versions, self.result, personal


@dataclasses.dataclass(slots=True)
class PlacedRow(OfferedRow):
    """An event in the log."""

    position: int
    leaf: bytes

    def event(self, organization_id: uuid.UUID) -> Event:
        """Return the event."""
        return self.record().event(organization_id, self.position, self.leaf)
