"""The log in PostgreSQL: durable, and one for all processes."""

import asyncio
import contextlib
import datetime
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Self

import psycopg

from morello.kernel.clock import Clock, SystemClock
from morello.kernel.errors import Conflict, InvalidInput, TooLarge, Unavailable
from morello.kernel.protocols.unit import Unit
from morello.ledger.draft import Draft
from morello.ledger.event import Event, NewEvent
from morello.ledger.log import EVENTS_PER_APPEND_MAX
from morello.ledger.postgres import person_keys
from morello.ledger.postgres.hub import Heard, Hub
from morello.ledger.postgres.nodes import hashes_of
from morello.ledger.postgres.person_keys import PostgresPersonKeys
from morello.ledger.postgres.publication import Publication
from morello.ledger.postgres.reading import Reading
from morello.ledger.postgres.verifying import Verification
from morello.ledger.postgres.writing.head import Signers
from morello.ledger.postgres.writing.offer import offer
from morello.ledger.postgres.writing.writer import Writer
from morello.ledger.proof.checkpoint import Checkpoint
from morello.ledger.proof.claim import GROUPS
from morello.ledger.proof.frontier import Frontier
from morello.ledger.proof.merkle import consistency_spans, inclusion_spans
from morello.ledger.proof.tlog_proof import TlogProof
from morello.ledger.receipt import Receipt
from morello.ledger.sealing import Sealing
from morello.ledger.verdict import Verdict, conclusion
from morello.storage.keys import Keys
from morello.storage.postgres.database import Database
from morello.storage.postgres.trouble import troubles_told
from morello.storage.postgres.unit import PostgresUnit

PLACING_TIMEOUT_S = 30.0
"""Longest a call waits for the places of events that are committed."""


class PostgresLog:
    """Keeps each organization's log in PostgreSQL. One per process, on one event loop."""

    def __init__(
        self,
        database: Database,
        *,
        url: str,
        keys: Keys,
        host: str,
        home: Path,
        clock: Clock | None = None,
    ) -> None:
        """Take the app's database and its URL, keys, the name of new logs, and the home folder."""
        signers = Signers(keys.signing_key("ledger"), host)
        self._persons = PostgresPersonKeys(database, keys, url)
        self.sealing = Sealing(self._persons)
        self._database = database
        self._signers = signers
        self._reading = Reading(database)
        self._hub = Hub(url)
        self._hub.on(person_keys.CHANNEL, self._persons.heard)
        self._writer = Writer(url, signers, self._hub.tell)
        self.publication = Publication(url, home / "checkpoints", clock or SystemClock(), signers)
        self._verification = Verification(self._reading, self.publication, signers)

    def hear(self, channel: str, heard: Heard) -> None:
        """Have somebody hear the notices of one more channel of PostgreSQL. Before the start."""
        self._hub.on(channel, heard)

    async def start(self) -> Self:
        """Begin to write and to listen. Raises Unavailable when the database cannot be reached."""
        await self._writer.start()
        try:
            await self._hub.start()
        except psycopg.OperationalError as error:
            await self._writer.close()
            raise Unavailable("database") from error
        self.publication.start()
        return self

    async def close(self) -> None:
        """Write what waits, publish where every log ends, and stop."""
        await self._writer.close()
        await self._hub.close()
        await self.publication.close()
        await self._persons.close()

    def figures(self) -> dict[str, float]:
        """Return how much waits to be written in this process, and at what pace it is."""
        return self._writer.figures()

    async def append(
        self,
        organization_id: uuid.UUID,
        events: Sequence[NewEvent],
        unit: Unit | None = None,
    ) -> Sequence[int]:
        """Take in all of the events, or none; return their positions.

        Raises Conflict, TooLarge, Busy, Unavailable.
        """
        if len(events) > EVENTS_PER_APPEND_MAX:
            raise TooLarge("append", events=len(events), events_max=EVENTS_PER_APPEND_MAX)
        drafts = [Draft.of(new, await self.sealing.seal(organization_id, new)) for new in events]
        _check_ids(drafts)
        if isinstance(unit, PostgresUnit) and unit.connection is not None:
            return await self._offer(organization_id, drafts, unit)
        if not drafts:
            return []
        return await self._writer.submit(organization_id, drafts)

    async def read(
        self,
        organization_id: uuid.UUID,
        stream: str,
        *,
        after: int = 0,
        until: int | datetime.datetime | None = None,
    ) -> AsyncIterator[Event]:
        """Yield a stream in order, beyond `after` and up to a version or a time."""
        async for row in self._reading.read(organization_id, stream, after=after, until=until):
            yield row.event(organization_id)

    async def follow(
        self, organization_id: uuid.UUID, *, after: int = -1, limit: int = 1_000
    ) -> AsyncIterator[Event]:
        """Yield the log in order of position, beyond `after`."""
        async for row in self._reading.follow(organization_id, after=after, limit=limit):
            yield row.event(organization_id)

    async def recent(
        self, organization_id: uuid.UUID, *, before: int | None = None, limit: int = 1_000
    ) -> AsyncIterator[Event]:
        """Yield the log from its end, or from before a position."""
        async for row in self._reading.recent(organization_id, before=before, limit=limit):
            yield row.event(organization_id)

    async def wait(self, organization_id: uuid.UUID, *, after: int, timeout_s: float) -> bool:
        """Wait until the log reaches beyond a position; False when it did not in time."""
        with self._hub.waiting(organization_id) as waiter, contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while waiter.size <= after + 1:
                    head = await self._reading.head(organization_id)
                    if head is not None and head.size > after + 1:
                        return True
                    await waiter.woken()
                return True
        return False

    async def event(self, organization_id: uuid.UUID, event_id: uuid.UUID) -> Event:
        """Return an event. Raises NotFound."""
        return (await self._reading.event(organization_id, event_id)).event(organization_id)

    async def checkpoint(self, organization_id: uuid.UUID) -> str:
        """Return the signed note over the log's present size and root."""
        head = await self._reading.head(organization_id)
        if head is not None:
            return self._signers.sign(head)
        empty = Checkpoint(self._signers.origin(organization_id), 0, Frontier().root())
        return self._signers.of(empty.origin).sign(str(empty))

    async def consistency(
        self, organization_id: uuid.UUID, old_size: int, new_size: int
    ) -> list[bytes]:
        """Return the proof that one size of the log continues another. Raises InvalidInput."""
        head = await self._reading.head(organization_id)
        size = head.size if head is not None else 0
        if not 0 <= old_size <= new_size <= size:
            raise InvalidInput("log_sizes", old=old_size, new=new_size, size=size)
        spans = consistency_spans(old_size, new_size)
        return await hashes_of(self._database, organization_id, spans)

    async def receipt(
        self,
        organization_id: uuid.UUID,
        event_id: uuid.UUID,
        *,
        disclose: Iterable[str] = GROUPS,
    ) -> Receipt:
        """Return the proof of an event and evidence of the named groups. Raises NotFound."""
        row = await self._reading.event(organization_id, event_id)
        head = await self._reading.head(organization_id)
        if head is None or head.size <= row.position:
            raise Unavailable("ledger_damaged")
        spans = inclusion_spans(row.position, head.size)
        path = await hashes_of(self._database, organization_id, spans)
        proof = TlogProof(
            extra=row.leaf,
            index=row.position,
            path=tuple(path),
            checkpoint=self._signers.sign(head),
        )
        return Receipt(
            text=str(proof),
            evidence=str(row.record().evidence(disclose)),
            public_key=str(self._signers.of(head.origin).key),
        )

    async def verify(self, organization_id: uuid.UUID) -> Verdict:
        """Recompute every leaf, node and root, and say what does not match."""
        return await conclusion(self.verifying(organization_id))

    def verifying(self, organization_id: uuid.UUID) -> AsyncIterator[float | Verdict]:
        """Verify, yielding the share that is done; the last item is the verdict."""
        return self._verification.run(organization_id)

    async def _offer(
        self, organization_id: uuid.UUID, drafts: Sequence[Draft], unit: PostgresUnit
    ) -> list[int]:
        """Commit events with what the unit wrote, and wait for their places."""
        connection = unit.connection
        assert connection is not None, "the unit has written"
        if not drafts:
            await unit.commit()
            return []
        with troubles_told():
            await offer(connection, organization_id, drafts)
        offered = self._writer.expect(organization_id, [each.event_id for each in drafts])
        try:
            try:
                await unit.commit()
            except Unavailable:
                await self._check_kept(organization_id, drafts)
            self._writer.committed(offered)
            async with asyncio.timeout(PLACING_TIMEOUT_S):
                return await offered.future
        except TimeoutError:
            raise Unavailable("ledger_placing") from None
        finally:
            self._writer.forget(offered)

    async def _check_kept(self, organization_id: uuid.UUID, drafts: Sequence[Draft]) -> None:
        """Raise Unavailable unless a commit went through whose answer was lost."""
        try:
            kept = await self._reading.is_known(organization_id, drafts[0].event_id)
        except Unavailable:
            raise Unavailable("ledger_unknown") from None
        if not kept:
            raise Unavailable("ledger")


def _check_ids(drafts: Sequence[Draft]) -> None:
    seen: set[uuid.UUID] = set()
    for each in drafts:
        if each.event_id in seen:
            raise Conflict("event_id", event=str(each.event_id))
        seen.add(each.event_id)
