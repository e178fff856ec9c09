"""One job in a worker: run its call, tell of its progress, and write down how it ended."""

import asyncio
import contextlib
import dataclasses
import logging
import uuid
from typing import Any

import psycopg
from pydantic import BaseModel

from morello.jobs.durable.job import Attempt, Done, State
from morello.jobs.durable.parcel import Parcels
from morello.jobs.durable.ports import Facts, Passports
from morello.jobs.durable.store import JobStore
from morello.jobs.usage import Meter, current_meter
from morello.kernel.caller import Call, Caller
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Context, Fact, Progress
from morello.kernel.errors import Cancelled, Fault, MorelloError, Unavailable
from morello.kernel.messages import Message
from morello.kernel.principal import Origin

_log = logging.getLogger(__name__)

TELL_EVERY_S = 0.5
"""How often a worker writes down how far a job is, and learns whether to stop it."""
FACT_EVERY_S = 1.0
"""How often progress goes to the ledger at most."""
AGAIN_AFTER_S = 1.0
"""How long to wait for a database that is not there."""

_AWAY = frozenset(
    Unavailable(each).message.id
    for each in ("database", "ledger", "ledger_placing", "ledger_unknown")
)
"""What a call says when the database was away, or went while the call was being recorded."""


@dataclasses.dataclass(slots=True)
class _Course:
    """How one attempt is going."""

    attempt: Attempt
    cancellation: Cancellation = dataclasses.field(default_factory=Cancellation)
    meter: Meter = dataclasses.field(default_factory=Meter)
    progress: Progress | None = None
    is_over: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)
    is_ours: bool = True
    """False once another worker took the job over: then nothing of it is ours to say."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class JobRunner:
    """Runs jobs in this process. What a job does is a call like any other, recorded once."""

    worker_id: uuid.UUID
    store: JobStore
    parcels: Parcels
    passports: Passports
    facts: Facts
    caller: Caller
    _running: set[asyncio.Task[Any]] = dataclasses.field(default_factory=set)

    @property
    def is_busy(self) -> bool:
        """Whether a job runs here."""
        return bool(self._running)

    async def idle(self) -> None:
        """Wait until no job runs here."""
        if self._running:
            await asyncio.wait(self._running)

    async def run(self, organization_id: uuid.UUID, job: uuid.UUID) -> None:
        """Run a job to its end, whatever that is; a database that is away is waited for.

        When this is cancelled the job is handed back, to be run by another worker.
        """
        task = asyncio.current_task()
        assert task is not None, "a job runs in a task"
        self._running.add(task)
        try:
            await self._run(organization_id, job)
        finally:
            self._running.discard(task)

    async def _run(self, organization_id: uuid.UUID, job: uuid.UUID) -> None:
        while True:
            try:
                attempt = await self.store.begin(organization_id, job, self.worker_id)
                if attempt is None:
                    return
                if await self._try(attempt):
                    return
            except MorelloError as error:
                if not _is_database_away(error):
                    raise
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _try(self, attempt: Attempt) -> bool:
        """Run once. False when the database went away meanwhile, so that it has to be again."""
        course = _Course(attempt)
        try:
            if attempt.is_given_up:
                raise Fault("job_given_up", tries=attempt.tries)  # noqa: TRY301 - it ends like any other
            kind = "job.started" if attempt.tries == 1 else "job.resumed"
            await self._tell(attempt, kind, {"tries": attempt.tries})
            await self._watched(course)
        except asyncio.CancelledError:
            await asyncio.shield(self._hand_back(attempt))
            raise
        except Cancelled:
            await self._end(course, State.CANCELLED, None)
        except MorelloError as error:
            if _is_database_away(error):
                await self._hand_back(attempt)
                return False
            await self._end(course, State.FAILED, error.message)
        except Exception:  # noqa: BLE001 - whatever it is, the job must not hang on it
            _log.exception("job %s broke", attempt.id)
            await self._end(course, State.FAILED, Fault("job", job=str(attempt.id)).message)
        return True

    async def _watched(self, course: _Course) -> None:
        telling = asyncio.create_task(self._keep_telling(course))
        token = current_meter.set(course.meter)
        try:
            await self._call(course)
        finally:
            current_meter.reset(token)
            course.is_over.set()  # not cancelled: it may be in the middle of a statement
            await telling

    async def _call(self, course: _Course) -> None:
        attempt = course.attempt
        principal = await self.passports.holder(attempt.passport)
        given = await self.parcels.unpack(attempt.organization_id, attempt.id, attempt.input)

        async def keep(context: Context, output: BaseModel, event_id: uuid.UUID) -> None:
            plain = output.model_dump_json().encode()
            sealed = await self.parcels.seal(attempt.organization_id, attempt.id, plain)
            done = Done(event_id=event_id, output=sealed, used=course.meter.read())
            await self.store.succeed(attempt, self.worker_id, done)
            context.record(self._fact(attempt, "job.succeeded", {"tries": attempt.tries}))

        call = Call(
            tool=attempt.tool,
            given=given,
            principal=principal,
            origin=Origin(door="job"),
            cancellation=course.cancellation,
            approval=attempt.approval,
            job=attempt.id,
            together=keep,
        )
        async for item in self.caller.stream(call):
            if isinstance(item, Progress):
                course.progress = item
        await asyncio.to_thread(self.parcels.forget, attempt.organization_id, attempt.id)

    async def _keep_telling(self, course: _Course) -> None:
        """Write down progress and usage, and stop the call when that is asked for."""
        told, told_at_s, loop = None, float("-inf"), asyncio.get_running_loop()
        while not course.is_over.is_set():
            try:
                standing = await self._tell_store(course)
                if course.progress != told and loop.time() - told_at_s >= FACT_EVERY_S:
                    told, told_at_s = course.progress, loop.time()
                    await self._tell_progress(course)
            except MorelloError as error:
                _log.warning("job %s: its progress is not told: %s", course.attempt.id, error)
            else:
                if standing:
                    course.cancellation.cancel()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TELL_EVERY_S):
                    await course.is_over.wait()

    async def _tell_store(self, course: _Course) -> bool:
        """Return whether to stop: somebody asked to, or the job is no longer ours."""
        used = await asyncio.to_thread(course.meter.read)
        standing = await self.store.tell(course.attempt, self.worker_id, course.progress, used)
        if standing is None:
            course.is_ours = False
        return standing is None or standing.is_cancel_asked

    async def _tell_progress(self, course: _Course) -> None:
        assert course.progress is not None, "there is something to tell"
        told = course.progress.model_dump(mode="json")
        await self._tell(course.attempt, "job.progressed", told)

    async def _tell(self, attempt: Attempt, kind: str, body: dict[str, Any]) -> None:
        await self.facts.tell(
            attempt.organization_id,
            self._fact(attempt, kind, body),
            subject=attempt.asked_by,
            unit=None,
        )

    async def _end(self, course: _Course, state: State, error: Message | None) -> None:
        """Write down how it ended, and the fact, together; nothing when it is not ours."""
        if not course.is_ours:
            return
        attempt, unit = course.attempt, self.store.database.unit()
        body = {"tries": attempt.tries} | ({} if error is None else {"error": error.id})
        try:
            with unit.entered():
                used = course.meter.read()
                if not await self.store.end(attempt, self.worker_id, state, error, used):
                    return
                await self.facts.tell(
                    attempt.organization_id,
                    self._fact(attempt, f"job.{state.value}", body),
                    subject=attempt.asked_by,
                    unit=unit,
                )
        finally:
            await unit.rollback()  # what was told is committed already

    async def _hand_back(self, attempt: Attempt) -> None:
        while True:
            try:
                await self.store.hand_back(attempt, self.worker_id)
            except MorelloError as error:
                if not _is_database_away(error):
                    raise
            else:
                return
            await asyncio.sleep(AGAIN_AFTER_S)

    def _fact(self, attempt: Attempt, kind: str, body: dict[str, Any]) -> Fact:
        return Fact(stream=f"job:{attempt.id}", kind=kind, body={"tool": attempt.tool, **body})


def _is_database_away(error: MorelloError) -> bool:
    """Tell whether it says nothing about the job: the database was restarted, say."""
    return error.message.id in _AWAY or isinstance(error.__cause__, psycopg.OperationalError)
