"""A record: an event in the form that is hashed and kept: what is read is what was proven."""

import dataclasses
import datetime
import json
import uuid
from collections.abc import Iterable

from morello.kernel.errors import InvalidInput
from morello.ledger.event import Event
from morello.ledger.proof import canonical, claim
from morello.ledger.proof.evidence import Disclosure, Evidence
from morello.ledger.proof.leaf import Leaf

GROUP_BYTES_MAX = 64 << 10
"""Canonical JSON of one group of one event; its sealed personal fields count as a group."""

_DECODER = json.JSONDecoder()


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """The canonical JSON of each committed group, and its salts.

    `place` says kind, stream and stream version; `personal` says the person and holds the sealed
    fields. So the leaf commits to everything an event says.
    """

    event_id: uuid.UUID
    at: datetime.datetime
    bodies: dict[str, bytes]
    salts: dict[str, bytes]

    @classmethod
    def laid(
        cls, event_id: uuid.UUID, at: datetime.datetime, bodies: Iterable[bytes], salts: bytes
    ) -> "Record":
        """Return a record of bodies and salts that stand in the order of `COMMITTED`."""
        groups = zip(claim.COMMITTED, bodies, strict=True)
        return cls(event_id, at, dict(groups), claim.salts_by_group(salts))

    def leaf(self) -> bytes:
        """Return the leaf, computed anew from what is kept."""
        digests = tuple(
            claim.digest(group, self.salts[group], self.bodies[group]) for group in claim.COMMITTED
        )
        return Leaf(self.event_id, self.at, digests).encode()

    def event(self, organization_id: uuid.UUID, position: int, leaf: bytes) -> Event:
        """Return the event that stands here."""
        # Checked when it was laid down: to be as strict as with a stranger's evidence, here and
        # when building the model, would cost more than all the rest of an append.
        said = {group: _DECODER.decode(body.decode("utf-8")) for group, body in self.bodies.items()}
        return Event.model_construct(
            id=self.event_id,
            at=self.at,
            **said["place"],
            who=said["who"],
            what=said["what"],
            query=said["query"],
            versions=said["versions"],
            result=said["result"],
            personal=said["personal"]["sealed"],
            person=said["personal"]["person"],
            organization_id=organization_id,
            position=position,
            salts=dict(self.salts),
            leaf=leaf,
        )

    def evidence(self, disclose: Iterable[str]) -> Evidence:
        """Disclose the named groups. Raises InvalidInput for a group that is none."""
        groups: dict[str, Disclosure] = {}
        for group in disclose:
            if group not in claim.GROUPS:
                raise InvalidInput("claim_group", group=group, groups=list(claim.GROUPS))
            groups[group] = Disclosure(self.salts[group], canonical.decode(self.bodies[group]))
        return Evidence(self.event_id, groups)
