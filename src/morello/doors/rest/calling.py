"""Calling: one tool, from a request to its answer."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncGenerator, Callable
from typing import Any, Protocol

from pydantic import BaseModel

from morello.doors.rest.asked import Asked
from morello.doors.rest.guard.cross_origin import SAFE_METHODS
from morello.doors.rest.input.fields import Fields
from morello.doors.rest.input.files import Taken
from morello.doors.rest.input.reading import read
from morello.doors.rest.output import problem, wording
from morello.doors.rest.output.answer import Answer
from morello.doors.rest.output.rendering import render
from morello.doors.rest.who import Reception, may_be_let_in
from morello.kernel.caller import Accepted, Call, Caller, Reply
from morello.kernel.errors import InvalidInput, MorelloError, NotFound
from morello.kernel.limits import INPUT_BYTES_MAX
from morello.kernel.principal import Effect, Kind
from morello.kernel.protocols.service import Service
from morello.kernel.tool import Tool

EVENTS = "text/event-stream"
_WATCHED_AFTER_S = 0.05
"""A call that takes longer is cancelled when whoever asked leaves; quicker ones just end."""


class Told(Protocol):
    """How the live door's events are put into words."""

    def output(self, output: BaseModel) -> bytes:
        """Return an output or an update as JSON."""
        ...

    def problem(self, error: MorelloError) -> bytes:
        """Return an error as JSON."""
        ...

    async def still_welcome(self) -> bool:
        """Tell whether whoever listens still may."""
        ...


Live = Callable[[Call, Told], AsyncGenerator[bytes, None]]
"""The live door: a call's events as bytes."""


class Calling:
    """Makes calls of requests."""

    def __init__(self, service: Service, reception: Reception, live: Live) -> None:
        self._service = service
        self._reception = reception
        self._live = live

    async def named(self, asked: Asked) -> Answer:
        """Call the tool that the path names."""
        return await self.tool(asked, asked.parameters.pop("name"))

    async def tool(self, asked: Asked, name: str) -> Answer:
        """Call a tool. Raises what the door or the corridor refuses."""
        principal = await self._reception.meet(asked)
        try:
            tool = self._service.registry.find(name, principal.organization_id)
        except NotFound:
            # The corridor finds that out too, and records it.
            await self._service.caller.call(self._call(asked, name, {}))
            raise
        if not may_be_let_in(principal, tool):
            nothing = tool.input.model_construct()
            await self._service.caller.call(self._call(asked, name, nothing))
            raise AssertionError(f"{name} was let in")
        if asked.method in SAFE_METHODS and tool.effect is not Effect.READS:
            raise InvalidInput("rest.method", method=asked.method, allowed="OPTIONS, POST")
        async with Taken(self._service.uploads, principal.organization_id) as files:
            fields = Fields.of(tool.input)
            bytes_max = self._service.settings.file_bytes_max
            if principal.kind is Kind.NOBODY:
                bytes_max = min(bytes_max, INPUT_BYTES_MAX)
            given = await read(asked, fields, files, bytes_max=bytes_max)
            if tool.is_live:
                _go_on(asked, given)
            call = self._call(asked, name, given)
            if _wants_events(asked, tool):
                words = _Words(self._reception, asked, call)
                chunks = _closing(self._live(call, words), files.passed_on())
                said = [
                    (b"content-type", EVENTS.encode()),
                    (b"x-call-id", str(call.call_id).encode()),
                ]
                return Answer(200, said, chunks)
            reply = await _watched(self._service.caller, call, asked)
            if isinstance(reply.output, Accepted):
                files.passed_on()  # the job will want them
            return await render(reply, asked)

    def _call(self, asked: Asked, name: str, given: BaseModel | dict[str, Any]) -> Call:
        prefer = asked.headers.get(b"prefer")
        call = Call(
            tool=name,
            given=given,
            principal=asked.principal,
            origin=asked.origin,
            cancellation=asked.cancellation,
            idempotency_key=asked.header(b"idempotency-key") or None,
            approval=_approval(asked),
            as_job=prefer is not None and b"respond-async" in prefer.lower(),
        )
        asked.call_id = call.call_id
        return call


class _Words:
    """Implements `Told` for one request."""

    def __init__(self, reception: Reception, asked: Asked, call: Call) -> None:
        self._reception = reception
        self._asked = asked
        self._call = call

    def output(self, output: BaseModel) -> bytes:
        """Return an output with its messages in the caller's language."""
        return wording.to_json(output, self._asked.language)

    def problem(self, error: MorelloError) -> bytes:
        """Return a problem in the caller's language."""
        asked = self._asked
        body = problem.body_of(error, asked.language, instance=asked.path, call=self._call.call_id)
        return problem.encoded(body)

    async def still_welcome(self) -> bool:
        """Ask the authenticator again."""
        return await self._reception.still(self._asked)


async def _watched(caller: Caller, call: Call, asked: Asked) -> Reply:
    """Run a call; cancel it when whoever asked leaves. A call that became a job goes on."""
    loop = asyncio.get_running_loop()
    watching: list[asyncio.Task[None]] = []

    async def watch() -> None:
        await asked.left()
        call.cancellation.cancel()

    def begin() -> None:
        watching.append(asyncio.ensure_future(watch()))

    later = loop.call_later(_WATCHED_AFTER_S, begin) if asked.body_is_read else None
    try:
        return await caller.call(call)
    finally:
        if later is not None:
            later.cancel()
        for each in watching:
            each.cancel()


async def _closing(
    chunks: AsyncGenerator[bytes, None], files: Taken
) -> AsyncGenerator[bytes, None]:
    async with files, contextlib.aclosing(chunks):
        async for chunk in chunks:
            yield chunk


def _wants_events(asked: Asked, tool: Tool) -> bool:
    """Tell whether to answer with events: asked for by name, or what a live tool is for."""
    accept = asked.header(b"accept")
    return EVENTS in accept or (tool.is_live and "application/json" not in accept)


def _go_on(asked: Asked, given: dict[str, Any]) -> None:
    """Go on where a reader was cut off (WHATWG HTML, section 9.2.4)."""
    last = asked.header(b"last-event-id")
    if last:
        if not last.isdecimal():
            raise InvalidInput("rest.last_event", given=last[:100])
        given["after"] = int(last)


def _approval(asked: Asked) -> uuid.UUID | None:
    given = asked.header(b"x-morello-approval")
    if not given:
        return None
    try:
        return uuid.UUID(given)
    except ValueError:
        raise InvalidInput("rest.approval", given=given[:100]) from None
