"""The writer: one loop per process that gathers what waits, and writes it in one transaction.

It lingers a moment for more to come; while a batch is being committed the next one gathers. An
error is told to those who wait, and the loop goes on. Whether a commit went through when the
connection was lost during it is looked up by the events' ids.
"""

import asyncio
import collections
import contextlib
import logging
import uuid
from collections.abc import Callable, Sequence

import psycopg

from morello.kernel.clock import SystemClock
from morello.kernel.errors import Busy, Unavailable
from morello.ledger.draft import Draft
from morello.ledger.postgres.writing import lookup
from morello.ledger.postgres.writing.batch import ROLLBACK, Batch
from morello.ledger.postgres.writing.head import Heads, Signers
from morello.ledger.postgres.writing.pace import Pace
from morello.ledger.postgres.writing.request import Offered, Request
from morello.ledger.postgres.writing.wire import Wire
from morello.storage.disk import is_disk_full

LINGER_S = 0.002
LINGER_EVENTS = 32
"""Events that are worth a transaction at once."""
BATCH_EVENTS_MAX = 2_000
QUEUE_EVENTS_MAX = 20_000
POLL_S = 1.0
"""Longest until events are placed that a killed process left behind."""
CONNECT_WAIT_S = 5.0
STATEMENT_TIMEOUT_S = 30
_RETRY_S = 0.1
_OPTIONS = (
    f"-c role=morello_ledger -c statement_timeout={STATEMENT_TIMEOUT_S}s"
    f" -c idle_in_transaction_session_timeout={STATEMENT_TIMEOUT_S}s"
    " -c plan_cache_mode=force_generic_plan -c jit=off"
)

_log = logging.getLogger(__name__)

Told = Callable[[dict[uuid.UUID, int]], None]


class Writer:
    """Takes in events for all organizations."""

    def __init__(self, url: str, signers: Signers, tell: Told) -> None:
        """Take where the database is, who signs, and whom to tell how far each log reaches."""
        self._url = url
        self._signers = signers
        self._heads = Heads(signers)
        self._tell = tell
        self._clock = SystemClock()
        self._queue = collections.deque[Request]()
        self._queued_events = 0
        self._offered: dict[tuple[uuid.UUID, uuid.UUID], Offered] = {}
        self._wire: Wire | None = None
        self._awake, self._enough = asyncio.Event(), asyncio.Event()
        self._is_looking, self._looked_s = True, 0.0
        self._is_closing = False
        self._task: asyncio.Task[None] | None = None
        self._pace = Pace()

    async def start(self) -> None:
        """Connect and begin. Raises Unavailable when the database cannot be reached."""
        await self._connect(self._clock.monotonic() + CONNECT_WAIT_S)
        self._task = asyncio.create_task(self._run(), name="ledger writer")

    async def close(self) -> None:
        """Write what waits, and stop."""
        self._is_closing = True
        self._awake.set()
        self._enough.set()
        if self._task is not None:
            await self._task
        await self._disconnect()

    async def submit(self, organization_id: uuid.UUID, drafts: Sequence[Draft]) -> list[int]:
        """Take in events; return their positions. Raises Busy, Conflict, Unavailable."""
        if self._is_closing:
            raise Unavailable("ledger")
        if self._queued_events + len(drafts) > QUEUE_EVENTS_MAX:
            raise Busy("ledger", retry_after_s=1)
        request = Request(organization_id, drafts)
        self._queue.append(request)
        self._queued_events += len(drafts)
        self._awake.set()
        if self._queued_events >= LINGER_EVENTS:
            self._enough.set()
        return await request.future

    def figures(self) -> dict[str, float]:
        """Return how much waits, and at what pace it is written."""
        return {"waiting_events": float(self._queued_events), **self._pace.figures()}

    def expect(self, organization_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> Offered:
        """Be told of the places of events that are about to be offered."""
        offered = Offered(organization_id, ids)
        self._offered |= dict.fromkeys([(organization_id, each) for each in ids], offered)
        return offered

    def committed(self, offered: Offered) -> None:
        """Place them: they are there now."""
        offered.is_committed = self._is_looking = True
        self._awake.set()

    def forget(self, offered: Offered) -> None:
        """Expect them no longer."""
        for event_id in offered.positions:
            self._offered.pop((offered.organization_id, event_id), None)

    async def _run(self) -> None:
        while not (self._is_closing and not self._queue):
            requests, look = await self._gather()
            if requests or look:
                try:
                    await self._write(requests, look=look)
                except Exception:  # noqa: BLE001 - whatever it is, others must not wait for ever
                    _log.exception("a batch of the ledger failed")
                    _fail(requests, "ledger")
                    await self._disconnect()

    async def _gather(self) -> tuple[list[Request], bool]:
        """Wait for something to do, and a moment more; return what came."""
        if not self._queue and not self._is_looking:
            self._awake.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._awake.wait()
        if 0 < self._queued_events < LINGER_EVENTS and not self._is_closing:
            self._enough.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LINGER_S):
                    await self._enough.wait()
        requests: list[Request] = []
        # Half of many: while they are being committed, the others' successors are made ready.
        events, events_max = 0, min(max(LINGER_EVENTS, self._queued_events // 2), BATCH_EVENTS_MAX)
        while self._queue and events < events_max:
            request = self._queue.popleft()
            self._queued_events -= len(request.drafts)
            if not request.future.done():  # whoever asked has gone before it was begun
                requests.append(request)
                events += len(request.drafts)
        now = self._clock.monotonic()
        look = self._is_looking or now - self._looked_s >= POLL_S
        if look:
            self._is_looking, self._looked_s = False, now
        return requests, look

    async def _write(self, requests: list[Request], *, look: bool) -> None:
        """Write a batch, answer it, and see to what its errors mean."""
        try:
            wire = await self._connected()
        except Unavailable:
            return _fail(requests, "ledger")
        batch = Batch(requests, self._signers, self._heads)
        began = self._clock.monotonic()
        try:
            await batch.write(wire, look=look)
        except (psycopg.IntegrityError, psycopg.DataError):
            await self._rollback()
            await self._write_apart(requests)
        except psycopg.Error as error:
            self._pace.failed += 1
            await self._failed(requests, error)
        else:
            events = len(batch.placed) + sum(len(each.drafts) for each in batch.requests)
            self._pace.wrote(events, self._clock.monotonic() - began)
            await self._written(batch, look=look)
        return None

    async def _written(self, batch: Batch, *, look: bool) -> None:
        for request in batch.requests:
            request.answer()
        for organization_id, event_id, position in batch.placed:
            offered = self._offered.pop((organization_id, event_id), None)
            if offered is not None:
                offered.place(event_id, position)
        self._tell(batch.sizes)
        if batch.postponed:
            self._queue.extendleft(reversed(batch.postponed))
            self._queued_events += sum(len(each.drafts) for each in batch.postponed)
            self._is_looking = True
        if look:
            await self._find_elsewhere()

    async def _find_elsewhere(self) -> None:
        """Take note of the places that another process gave to what was offered here."""
        missing = [key for key, each in self._offered.items() if each.is_committed]
        if not missing:
            return
        try:
            found = await lookup.positions(await self._connected(), missing)
        except (psycopg.Error, Unavailable):
            self._is_looking = True
            return
        for key, position in found.items():
            if (offered := self._offered.pop(key, None)) is not None:
                offered.place(key[1], position)

    async def _write_apart(self, requests: list[Request]) -> None:
        """Find out which request the database refused, by writing each alone."""
        for request in requests:
            if request.future.done():
                continue
            batch = Batch([request], self._signers, self._heads)
            try:
                await batch.write(await self._connected(), look=False)
            except (psycopg.IntegrityError, psycopg.DataError) as error:
                await self._rollback()
                request.fail(await lookup.refusal(await self._connected(), request, error))
            except psycopg.Error as error:
                await self._failed([request], error)
            else:
                await self._written(batch, look=False)

    async def _failed(self, requests: list[Request], error: psycopg.Error) -> None:
        """Tell those who wait, once it is known whether they have to be told of an error."""
        _log.warning("the ledger could not write: %s", error)
        if self._wire is not None and self._wire.is_open:
            await self._rollback()
            _fail(requests, "disk_full" if is_disk_full(error) else "ledger")
            return
        await self._disconnect()
        keys = [
            (each.organization_id, draft.event_id) for each in requests for draft in each.drafts
        ]
        try:
            found = await lookup.positions(await self._connected(), keys, is_certain=True)
        except (psycopg.Error, Unavailable):
            _fail(requests, "ledger_unknown")
            return
        for request in requests:
            places = [
                found.get((request.organization_id, each.event_id)) for each in request.drafts
            ]
            request.positions = [each for each in places if each is not None]
            if len(request.positions) == len(places):
                request.answer()
            else:
                request.fail(Unavailable("ledger"))

    async def _connected(self) -> Wire:
        if self._wire is None or not self._wire.is_open:
            await self._disconnect()
            await self._connect(self._clock.monotonic() + CONNECT_WAIT_S)
        assert self._wire is not None
        return self._wire

    async def _connect(self, deadline_s: float) -> None:
        """Connect, trying for a while: a server that restarts is back in seconds."""
        while True:
            try:
                self._wire = await Wire.connect(self._url, options=_OPTIONS, name="morello ledger")
            except psycopg.OperationalError as error:
                if self._is_closing or self._clock.monotonic() > deadline_s:
                    raise Unavailable("database") from error
                await asyncio.sleep(_RETRY_S)
            else:
                return

    async def _rollback(self) -> None:
        if self._wire is not None:
            with contextlib.suppress(psycopg.Error):
                await self._wire.exchange(ROLLBACK)

    async def _disconnect(self) -> None:
        """Hang up; what was known of the heads may be another database's next time."""
        self._heads.forget()
        if self._wire is not None:
            with contextlib.suppress(psycopg.Error):
                await self._wire.close()
            self._wire = None


def _fail(requests: Sequence[Request], case: str) -> None:
    for request in requests:
        request.fail(Unavailable(case))
