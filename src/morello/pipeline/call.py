"""One call, from a door to its record.

    find → validate → permit → resolve → authorize → admit → recall → run → record

A refused or failed call is recorded too, in a transaction of its own.
"""

import asyncio
import dataclasses
import hashlib
import logging
from collections.abc import AsyncIterator, Callable

from pydantic import BaseModel

from morello.kernel.caller import Call, Reply
from morello.kernel.context import Context, Update
from morello.kernel.errors import (
    Cancelled,
    Conflict,
    Fault,
    InvalidInput,
    MorelloError,
    NotFound,
    Unavailable,
)
from morello.kernel.limits import NESTING_DEPTH_MAX
from morello.kernel.protocols.observer import Observer, Unwatched
from morello.kernel.protocols.unit import NoUnit, Unit
from morello.kernel.registry import Registry
from morello.kernel.tool import Tool
from morello.pipeline.admit import Admission, Ticket
from morello.pipeline.authorize import Authority
from morello.pipeline.recall import Memory, Question
from morello.pipeline.record import Recorder, Recording
from morello.pipeline.resolve import Resolver
from morello.pipeline.run import Runner
from morello.pipeline.updates import Audience, Nobody, Updates
from morello.storage.disk import is_disk_full

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The steps, wired by `app`. Implements `kernel.caller.Caller`."""

    registry: Registry
    resolver: Resolver
    authority: Authority
    admission: Admission
    memory: Memory
    runner: Runner
    recorder: Recorder
    unit: Callable[[], Unit] = NoUnit
    """Opens the unit of work of one call."""
    observer: Observer = dataclasses.field(default_factory=Unwatched)

    async def call(self, call: Call) -> Reply:
        """Run to the end. Raises a MorelloError."""
        return await self._recorded(call, Nobody())

    async def stream(self, call: Call) -> AsyncIterator[Update | Reply]:
        """Run, yielding updates; the last item is the reply. Raises a MorelloError."""
        updates = Updates()
        task = asyncio.create_task(self._recorded(call, updates))
        task.add_done_callback(updates.finish)
        try:
            while (update := await updates.next()) is not None:
                yield update
            yield await task
        finally:
            if not task.done():  # whoever watched has gone away
                task.cancel()
                await asyncio.wait((task,))
                _ = task.cancelled() or task.exception()  # nobody is left to be told

    async def _recorded(self, call: Call, audience: Audience) -> Reply:
        """Walk the corridor, and record whatever it ends in."""
        watch = self.observer.watch(call)
        recording = Recording(call=call, at=self.recorder.clock.now(), watch=watch)
        try:
            return await self._walk(recording, audience)
        except MorelloError as error:
            await self.recorder.failed(recording, error)
            raise
        except asyncio.CancelledError:  # whoever asked has gone away
            await asyncio.shield(self.recorder.failed(recording, Cancelled()))
            raise
        except Exception as error:
            _log.exception("call %s of %s failed", call.call_id, call.tool)
            fault = (
                Unavailable("disk_full")
                if is_disk_full(error)
                else Fault("unexpected", call=str(call.call_id))
            )
            fault.__cause__ = error  # known already to whoever records it
            await self.recorder.failed(recording, fault)
            raise fault from error

    async def _walk(self, recording: Recording, audience: Audience) -> Reply:
        call, step = recording.call, recording.watch.step
        if call.depth > NESTING_DEPTH_MAX:
            raise InvalidInput("nesting", depth_max=NESTING_DEPTH_MAX)
        step("find")
        tool = self.registry.find(call.tool, call.principal.organization_id)
        step("validate")
        request = tool.validate(call.given)
        await recording.describe(tool, request)
        step("permit")
        self.authority.permit(call.principal, tool)
        recording.context = context = self._context(call)
        step("resolve")
        await self.resolver.resolve(tool, request, context)
        step("authorize")
        try:
            await self.authority.authorize(call, tool, recording.input_digest, context)
        except Conflict:  # its approval was used: by this very call, if it is made once more
            first = await self.admission.first(call, tool, recording.input_digest)
            if first is None:
                raise
            await self.recorder.repeated(recording, first)
            return first
        step("admit")
        async with self.admission.admit(call, tool, recording.input_digest) as ticket:
            if ticket.reply is None:
                return await self._first(tool, request, recording, ticket, audience)
            await self.recorder.repeated(recording, ticket.reply)
            return ticket.reply

    async def _first(
        self,
        tool: Tool,
        request: BaseModel,
        recording: Recording,
        ticket: Ticket,
        audience: Audience,
    ) -> Reply:
        """Answer what was not answered before; or after all it was, by another process."""
        assert recording.context is not None, "a call is resolved before it is answered"
        unit = recording.context.unit
        try:
            if recording.call.as_job and tool.may_become_job:
                return await self._submit(tool, request, recording, ticket)
            return await self._answer(tool, request, recording, ticket, audience)
        except (Conflict, NotFound):
            await unit.rollback()
            first = await ticket.first(tool)
            if first is None:
                raise
            await self.recorder.repeated(recording, first)
            return first
        finally:
            await unit.rollback()  # what was recorded is committed already

    async def _answer(
        self,
        tool: Tool,
        request: BaseModel,
        recording: Recording,
        ticket: Ticket,
        audience: Audience,
    ) -> Reply:
        context, step = recording.context, recording.watch.step
        assert context is not None, "a call is resolved before it is answered"
        context.cancellation.check()
        step("recall")
        question = Question.of(tool, context, recording.input_digest)
        output = kept = self.memory.recall(question)
        if output is None:
            step("run")
            output = await self.runner.run(tool, request, context, audience)
        if recording.call.together is not None:
            with context.unit.entered():
                await recording.call.together(context, output, recording.event_id)
        reply = recording.reply(output, from_cache=kept is not None)
        await ticket.keep(reply, context)
        await self.recorder.succeeded(recording, output, from_cache=kept is not None)
        self.memory.keep(question, output, recording.result_bytes)
        return reply

    async def _submit(
        self, tool: Tool, request: BaseModel, recording: Recording, ticket: Ticket
    ) -> Reply:
        assert recording.context is not None, "a call is resolved before it is queued"
        recording.context.cancellation.check()
        accepted = await self.runner.submit(tool, request, recording.context)
        reply = recording.reply(accepted)
        await ticket.keep(reply, recording.context)
        await self.recorder.succeeded(recording, accepted, from_cache=False)
        return reply

    def _context(self, call: Call) -> Context:
        return Context(
            call_id=call.call_id,
            principal=call.principal,
            tool=call.tool,
            caller=self,
            clock=self.recorder.clock,
            origin=call.origin,
            cancellation=call.cancellation,
            depth=call.depth,
            approval=call.approval,
            unit=self.unit(),
            key=_key(call),
        )


def _key(call: Call) -> str | None:
    """Return what the keys of a call's own calls are made of, when it is or is inside a job."""
    if call.job is not None:
        return f"job:{call.job}"
    if call.depth and call.idempotency_key is not None:
        return hashlib.sha256(
            call.idempotency_key.encode()
        ).hexdigest()  # of the same length always
    return None
