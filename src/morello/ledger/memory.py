"""The log in memory: for `morello analyze` without a server, and for tests."""

import asyncio
import datetime
import threading
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence

from morello.kernel.errors import Conflict, InvalidInput, NotFound, TooLarge
from morello.kernel.ids import new_id
from morello.kernel.protocols.unit import Unit
from morello.ledger.audit import Audit, Claimed
from morello.ledger.draft import Draft
from morello.ledger.event import Event, NewEvent
from morello.ledger.log import EVENTS_PER_APPEND_MAX
from morello.ledger.proof.checkpoint import Checkpoint
from morello.ledger.proof.claim import GROUPS
from morello.ledger.proof.note import Signer
from morello.ledger.proof.origin import LOCAL_HOST, key_name
from morello.ledger.proof.tlog_proof import TlogProof
from morello.ledger.proof.tree import Tree
from morello.ledger.receipt import Receipt
from morello.ledger.record import Record
from morello.ledger.sealing import MemoryPersonKeys, PersonKeys, Sealing
from morello.ledger.verdict import Verdict, conclusion
from morello.storage.keys import Keys

EVENTS_MAX = 300_000
"""Events of one organization, about 1 GB; a log that has to hold more has to be durable, too."""

_PAGE_EVENTS = 1_000


class _Book:
    """One organization's records, their tree, and who signs it."""

    def __init__(self, origin: str, signer: Signer) -> None:
        self.origin = origin
        self.signer = signer
        self.records: list[Record] = []
        self.leaves: list[bytes] = []
        self.tree = Tree()
        self.streams: dict[str, list[int]] = {}
        self.positions: dict[uuid.UUID, int] = {}
        self._note, self._note_size = "", -1

    def check(self, events: Sequence[NewEvent]) -> list[int]:
        """Return the stream version each event gets. Raises Conflict or TooLarge."""
        if len(self.records) + len(events) > EVENTS_MAX:
            raise TooLarge("log", events_max=EVENTS_MAX)
        taken: Counter[str] = Counter()
        ids: set[uuid.UUID] = set()
        versions: list[int] = []
        for new in events:
            before = len(self.streams.get(new.stream, ())) + taken[new.stream]
            if new.expected_version not in {None, before}:
                raise Conflict(
                    "stream_version",
                    stream=new.stream,
                    expected=new.expected_version,
                    found=before,
                )
            if new.id in self.positions or new.id in ids:
                raise Conflict("event_id", event=str(new.id))
            taken[new.stream] += 1
            ids.add(new.id)
            versions.append(before + 1)
        return versions

    def add(self, stream: str, record: Record) -> int:
        """Place a record; return its position."""
        leaf = record.leaf()
        position = self.tree.append(leaf)
        assert position == len(self.records), "a record for every leaf"
        self.records.append(record)
        self.leaves.append(leaf)
        self.streams.setdefault(stream, []).append(position)
        self.positions[record.event_id] = position
        return position

    def checkpoint(self) -> str:
        """Return the signed note over the present size; signing once a size is enough."""
        if self._note_size != self.tree.size:
            said = Checkpoint(self.origin, self.tree.size, self.tree.root())
            self._note, self._note_size = self.signer.sign(str(said)), self.tree.size
        return self._note

    def signed(self) -> str:
        """Return the newest note that was signed; empty when there is none."""
        return self._note


class MemoryLog:
    """Keeps each organization's log in this process. Any number of tasks and threads may use it.

    Every instance is a new log, and its origin says so: see `proof/origin.py`.
    """

    def __init__(self, keys: Keys, person_keys: PersonKeys | None = None) -> None:
        self.sealing = Sealing(person_keys or MemoryPersonKeys())
        self._private = keys.signing_key("ledger")
        self._run = new_id()
        self._books: dict[uuid.UUID, _Book] = {}
        self._waiters: dict[uuid.UUID, list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = {}
        self._lock = threading.Lock()

    async def append(
        self,
        organization_id: uuid.UUID,
        events: Sequence[NewEvent],
        unit: Unit | None = None,
    ) -> Sequence[int]:
        """Take in all of the events, or none; return their positions. Raises Conflict, TooLarge."""
        if len(events) > EVENTS_PER_APPEND_MAX:
            raise TooLarge("append", events=len(events), events_max=EVENTS_PER_APPEND_MAX)
        drafts = [Draft.of(new, await self.sealing.seal(organization_id, new)) for new in events]
        with self._lock:
            book = self._book(organization_id)
            versions = book.check(events)
            records = [
                draft.record(version) for draft, version in zip(drafts, versions, strict=True)
            ]
            positions = [
                book.add(new.stream, record) for new, record in zip(events, records, strict=True)
            ]
        if unit is not None:
            await unit.commit()
        self._tell(organization_id)
        return positions

    async def read(
        self,
        organization_id: uuid.UUID,
        stream: str,
        *,
        after: int = 0,
        until: int | datetime.datetime | None = None,
    ) -> AsyncIterator[Event]:
        """Yield a stream in order, beyond `after` and up to a version or a time."""
        book = self._book(organization_id)
        with self._lock:
            positions = tuple(book.streams.get(stream, ()))
        if isinstance(until, int):
            positions = positions[: max(until, 0)]
        for version, position in enumerate(positions, start=1):
            if isinstance(until, datetime.datetime) and book.records[position].at > until:
                return
            if version > after:
                yield self._event(organization_id, position)

    async def follow(
        self, organization_id: uuid.UUID, *, after: int = -1, limit: int = 1_000
    ) -> AsyncIterator[Event]:
        """Yield the log in order of position, beyond `after`."""
        end = min(self._size(organization_id), after + 1 + limit)
        for position in range(after + 1, end):
            yield self._event(organization_id, position)

    async def recent(
        self, organization_id: uuid.UUID, *, before: int | None = None, limit: int = 1_000
    ) -> AsyncIterator[Event]:
        """Yield the log from its end, or from before a position."""
        end = self._size(organization_id)
        end = end if before is None else min(end, before)
        for position in range(end - 1, max(-1, end - 1 - limit), -1):
            yield self._event(organization_id, position)

    async def wait(self, organization_id: uuid.UUID, *, after: int, timeout_s: float) -> bool:
        """Wait until the log reaches beyond a position; False when it did not in time."""
        loop = asyncio.get_running_loop()
        waiter = (loop, asyncio.Event())
        waiters = self._waiters.setdefault(organization_id, [])
        waiters.append(waiter)
        try:
            async with asyncio.timeout(timeout_s):
                while self._size(organization_id) <= after + 1:
                    await waiter[1].wait()
                    waiter[1].clear()
        except TimeoutError:
            return False
        finally:
            waiters.remove(waiter)
        return True

    async def event(self, organization_id: uuid.UUID, event_id: uuid.UUID) -> Event:
        """Return an event. Raises NotFound."""
        return self._event(organization_id, self._position(organization_id, event_id))

    async def checkpoint(self, organization_id: uuid.UUID) -> str:
        """Return the signed note over the log's present size and root."""
        with self._lock:
            return self._book(organization_id).checkpoint()

    async def consistency(
        self, organization_id: uuid.UUID, old_size: int, new_size: int
    ) -> list[bytes]:
        """Return the proof that one size of the log continues another. Raises InvalidInput."""
        with self._lock:
            tree = self._book(organization_id).tree
            if not 0 <= old_size <= new_size <= tree.size:
                raise InvalidInput("log_sizes", old=old_size, new=new_size, size=tree.size)
            return tree.consistency(old_size, new_size)

    async def receipt(
        self,
        organization_id: uuid.UUID,
        event_id: uuid.UUID,
        *,
        disclose: Iterable[str] = GROUPS,
    ) -> Receipt:
        """Return the proof of an event and evidence of the named groups. Raises NotFound."""
        position = self._position(organization_id, event_id)
        with self._lock:
            book = self._book(organization_id)
            proof = TlogProof(
                extra=book.leaves[position],
                index=position,
                path=tuple(book.tree.inclusion(position, book.tree.size)),
                checkpoint=book.checkpoint(),
            )
        return Receipt(
            text=str(proof),
            evidence=str(book.records[position].evidence(disclose)),
            public_key=str(book.signer.key),
        )

    async def verify(self, organization_id: uuid.UUID) -> Verdict:
        """Recompute every leaf and the root from the records, and say which do not match."""
        return await conclusion(self.verifying(organization_id))

    async def verifying(self, organization_id: uuid.UUID) -> AsyncIterator[float | Verdict]:
        """Verify, yielding the share that is done; the last item is the verdict."""
        with self._lock:
            book = self._book(organization_id)
            records, leaves = tuple(book.records), tuple(book.leaves)
            root, note = book.tree.root(), book.signed()
            size = book.tree.size
        audit = Audit(Claimed(size=size, root=root, note=note, key=book.signer.key))
        for start in range(0, len(records), _PAGE_EVENTS):
            page = range(start, min(start + _PAGE_EVENTS, len(records)))
            await asyncio.to_thread(_take, audit, page, records, leaves)
            yield audit.taken / len(records)
        yield audit.verdict()

    def _tell(self, organization_id: uuid.UUID) -> None:
        for loop, event in tuple(self._waiters.get(organization_id, ())):
            loop.call_soon_threadsafe(event.set)

    def _book(self, organization_id: uuid.UUID) -> _Book:
        book = self._books.get(organization_id)
        if book is None:
            name = key_name(LOCAL_HOST, organization_id)
            book = _Book(f"{name}/{self._run}", Signer(name, self._private))
            book = self._books.setdefault(organization_id, book)
        return book

    def _size(self, organization_id: uuid.UUID) -> int:
        return len(self._book(organization_id).records)

    def _position(self, organization_id: uuid.UUID, event_id: uuid.UUID) -> int:
        try:
            return self._book(organization_id).positions[event_id]
        except KeyError:
            raise NotFound("event", event=str(event_id)) from None

    def _event(self, organization_id: uuid.UUID, position: int) -> Event:
        book = self._book(organization_id)
        return book.records[position].event(organization_id, position, book.leaves[position])


def _take(
    audit: Audit, page: Iterable[int], records: Sequence[Record], leaves: Sequence[bytes]
) -> None:
    for position in page:
        record = records[position]
        audit.take(position, record.event_id, record.leaf(), leaves[position])
