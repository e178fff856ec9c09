"""The log's port: one append-only, tamper-evident sequence of events per organization."""

import datetime
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Protocol

from morello.kernel.protocols.unit import Unit
from morello.ledger.event import Event, NewEvent
from morello.ledger.proof.claim import GROUPS
from morello.ledger.receipt import Receipt
from morello.ledger.verdict import Verdict

EVENTS_PER_APPEND_MAX = 1_000


class Log(Protocol):
    """Keeps events. Another organization's are simply not there."""

    async def append(
        self,
        organization_id: uuid.UUID,
        events: Sequence[NewEvent],
        unit: Unit | None = None,
    ) -> Sequence[int]:
        """Take in all of the events, or none; return their positions.

        What a unit of work has written is committed in one transaction with them.
        Raises Conflict when a stream does not have the expected version or an event's id is known,
        and TooLarge over `EVENTS_PER_APPEND_MAX` or `record.GROUP_BYTES_MAX`.
        """
        ...

    def read(
        self,
        organization_id: uuid.UUID,
        stream: str,
        *,
        after: int = 0,
        until: int | datetime.datetime | None = None,
    ) -> AsyncIterator[Event]:
        """Yield a stream in order, from the version after `after`.

        `until` a version: up to and with it. `until` a time: up to the first event that is later,
        so that what is read was the whole stream once.
        """
        ...

    def follow(
        self, organization_id: uuid.UUID, *, after: int = -1, limit: int = 1_000
    ) -> AsyncIterator[Event]:
        """Yield the log in order of position, those beyond `after`, at most `limit`."""
        ...

    def recent(
        self, organization_id: uuid.UUID, *, before: int | None = None, limit: int = 1_000
    ) -> AsyncIterator[Event]:
        """Yield the log backwards, from its end or from before a position, at most `limit`."""
        ...

    async def wait(self, organization_id: uuid.UUID, *, after: int, timeout_s: float) -> bool:
        """Wait until the log reaches beyond a position; False when it did not in time."""
        ...

    async def event(self, organization_id: uuid.UUID, event_id: uuid.UUID) -> Event:
        """Return an event. Raises NotFound, also for another organization's."""
        ...

    async def checkpoint(self, organization_id: uuid.UUID) -> str:
        """Return the signed note over the log's present size and root."""
        ...

    async def consistency(
        self, organization_id: uuid.UUID, old_size: int, new_size: int
    ) -> list[bytes]:
        """Return the proof that the log of `new_size` continues that of `old_size`.

        Raises InvalidInput unless 0 ≤ old ≤ new ≤ the log's size. RFC 9162, section 2.1.4.
        """
        ...

    async def receipt(
        self,
        organization_id: uuid.UUID,
        event_id: uuid.UUID,
        *,
        disclose: Iterable[str] = GROUPS,
    ) -> Receipt:
        """Return the proof of an event; its evidence discloses the named groups.

        Raises NotFound as `event` does, and InvalidInput for a group that is none.
        """
        ...

    async def verify(self, organization_id: uuid.UUID) -> Verdict:
        """Recompute every leaf and the root from the events, and say which do not match."""
        ...

    def verifying(self, organization_id: uuid.UUID) -> AsyncIterator[float | Verdict]:
        """Verify, yielding the share that is done; the last item is the verdict."""
        ...
