"""A draft: a new event as it will be kept and hashed, but for its place in its stream.

Everything that does not depend on the events before it is computed here, once, before the event
stands in anybody's way.
"""

import dataclasses
import datetime
import uuid
from collections.abc import Mapping

from morello.kernel.errors import InvalidInput, TooLarge
from morello.ledger.event import NewEvent
from morello.ledger.proof import canonical, claim
from morello.ledger.proof.canonical import encode_group
from morello.ledger.proof.claim import COMMITTED, SALT_BYTES
from morello.ledger.proof.leaf import head
from morello.ledger.record import GROUP_BYTES_MAX, Record


@dataclasses.dataclass(slots=True)
class Draft:
    """A new event, laid down."""

    event_id: uuid.UUID
    at: datetime.datetime
    stream: str
    kind: str
    person: str | None
    expected_version: int | None
    sealed: bytes
    """Canonical JSON of the sealed personal fields."""
    bodies: tuple[bytes, ...]
    """Canonical JSON of each committed group but the first, which is the place."""
    salts: bytes
    """Of each committed group, 16 bytes, one after the other."""
    head: bytes
    digests: bytes
    """Head and digests are what a leaf is made of, but for the digest of the place."""

    @classmethod
    def of(cls, new: NewEvent, sealed: Mapping[str, str]) -> "Draft":
        """Lay down a new event with fresh salts.

        Raises TooLarge over `GROUP_BYTES_MAX`, and InvalidInput for texts that cannot be kept.
        """
        kept = encode_group(sealed)
        bodies = (
            encode_group(new.who),
            encode_group(new.what),
            encode_group(new.query),
            encode_group(new.versions),
            encode_group(new.result),
            personal_body(new.person, kept),
        )
        _check(new, bodies)
        salts = claim.new_salts()
        return cls(
            new.id,
            new.at,
            new.stream,
            new.kind,
            new.person,
            new.expected_version,
            kept,
            bodies,
            salts,
            head(new.id, new.at),
            claim.digests(salts, bodies),
        )

    def leaf(self, stream_version: int) -> bytes:
        """Return the leaf at a place."""
        body = place_body(self.kind, self.stream, stream_version)
        return self.head + claim.digest("place", self.salts[:SALT_BYTES], body) + self.digests

    def record(self, stream_version: int) -> Record:
        """Return the record at a place."""
        place = place_body(self.kind, self.stream, stream_version)
        return Record.laid(self.event_id, self.at, (place, *self.bodies), self.salts)


_GROUPS = COMMITTED[1:]


def place_body(kind: str, stream: str, stream_version: int) -> bytes:
    """Return the canonical JSON of the group `place`."""
    return canonical.encode({"kind": kind, "stream": stream, "stream_version": stream_version})


def personal_body(person: str | None, sealed: bytes) -> bytes:
    """Return the canonical JSON of the group `personal`, from that of its sealed fields."""
    return b'{"person":' + canonical.encode(person) + b',"sealed":' + sealed + b"}"


def _check(new: NewEvent, bodies: tuple[bytes, ...]) -> None:
    if max(map(len, bodies)) > GROUP_BYTES_MAX:
        group, body = next(
            each for each in zip(_GROUPS, bodies, strict=True) if len(each[1]) > GROUP_BYTES_MAX
        )
        raise TooLarge("event_group", group=group, bytes=len(body), bytes_max=GROUP_BYTES_MAX)
    names = f"{new.stream}{new.kind}{new.person}"
    canonical.utf8(names)
    if "\0" in names:  # no database keeps it in a text
        raise InvalidInput("event_value", type="str with a zero byte")
