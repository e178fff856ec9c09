"""Run: the tool's function, here or in a process that can be killed, with progress on the way."""

import asyncio
import collections
import contextlib
import dataclasses
import inspect
import json
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any, Protocol

from pydantic import BaseModel

from morello.jobs.pool import Pool
from morello.kernel.caller import Accepted
from morello.kernel.context import Context, Fact, Progress, Update
from morello.kernel.errors import Cancelled, Fault, TimedOut, Unavailable
from morello.kernel.tool import Cost, Tool
from morello.pipeline.observe.trace import Part, current_trace
from morello.pipeline.worker import WorkerCall

_UPDATES_MAX = 256


class Jobs(Protocol):
    """Runs a tool as a durable job, where a server is present."""

    async def submit(self, tool: Tool, request: BaseModel, context: Context) -> uuid.UUID:
        """Write the job down in the call's unit of work; return its id. Raises Busy."""
        ...


class _Updates:
    """Updates between the one who works and the one who watches.

    When they do not keep up, old progress gives way and everything else waits for room.
    """

    def __init__(self) -> None:
        self._waiting: collections.deque[Update] = collections.deque()
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()
        self._finished = False

    async def tell(self, update: Update) -> None:
        """Take an update, waiting for room unless it is progress."""
        if isinstance(update, Progress):
            self.push(update)
            return
        while not self._has_room():
            self._taken.clear()
            await self._taken.wait()
        self._add(update)

    def push(self, update: Progress) -> None:
        """Take progress at once, or leave it out."""
        if self._has_room():
            self._add(update)

    def _has_room(self) -> bool:
        if len(self._waiting) < _UPDATES_MAX:
            return True
        oldest = next((each for each in self._waiting if isinstance(each, Progress)), None)
        if oldest is None:
            return False
        self._waiting.remove(oldest)
        return True

    def _add(self, update: Update) -> None:
        self._waiting.append(update)
        self._changed.set()

    def finish(self, _: object = None) -> None:
        self._finished = True
        self._changed.set()

    async def next(self) -> Update | None:
        """Return the next update, or None after the last."""
        while not self._waiting:
            if self._finished:
                return None
            self._changed.clear()
            await self._changed.wait()
        self._taken.set()
        return self._waiting.popleft()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Runs tools with the parts that `app` provides."""

    parts: Mapping[type, object]
    pool: Pool
    worker_parts: str
    """`module:function` that makes the parts a tool may have in a worker process."""
    analysis_timeout_s: float
    """Longest a tool without a time limit of its own may run."""
    jobs: Jobs | None = None

    async def submit(self, tool: Tool, request: BaseModel, context: Context) -> Accepted:
        """Queue a call as a job. Raises Unavailable where there are none, and Busy."""
        if self.jobs is None:
            raise Unavailable("no_jobs", tool=tool.name)
        with context.unit.entered():
            return Accepted(job=await self.jobs.submit(tool, request, context))

    async def run(
        self, tool: Tool, request: BaseModel, context: Context
    ) -> AsyncGenerator[Update | BaseModel, None]:
        """Yield updates, then the result.

        Raises what the tool raises; TimedOut after its time, Cancelled when asked to stop.
        """
        updates, loop = _Updates(), asyncio.get_running_loop()
        task = asyncio.create_task(self._work(tool, request, context, updates))
        task.add_done_callback(updates.finish)
        late = loop.call_later(self._timeout_s(tool), task.cancel, "late")
        try:
            with context.cancellation.listening(lambda: loop.call_soon_threadsafe(task.cancel)):
                while (update := await updates.next()) is not None:
                    yield update
                yield task.result()
        except asyncio.CancelledError as error:
            if not task.cancelled():
                raise  # it is the watcher who was cancelled
            if context.cancelled:
                raise Cancelled from error
            timeout_s = self._timeout_s(tool)
            raise TimedOut("tool", tool=tool.name, timeout_s=timeout_s) from error
        finally:
            late.cancel()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task

    def _timeout_s(self, tool: Tool) -> float:
        return self.analysis_timeout_s if tool.timeout_s is None else tool.timeout_s

    async def _work(
        self, tool: Tool, request: BaseModel, context: Context, updates: _Updates
    ) -> BaseModel:
        if tool.cost is Cost.INSTANT:
            with context.unit.entered():
                return await run_here(tool, request, context, self.parts, updates.tell)
        return await self._in_worker(tool, request, context, updates)

    async def _in_worker(
        self, tool: Tool, request: BaseModel, context: Context, updates: _Updates
    ) -> BaseModel:
        loop = asyncio.get_running_loop()

        def report(raw: bytes) -> None:
            update = Progress.model_validate_json(raw)
            loop.call_soon_threadsafe(updates.push, update)

        work = WorkerCall.of(tool, request, context, self.worker_parts)
        raw = await self.pool.run(
            "morello.pipeline.worker:run_tool",
            work,
            timeout_s=self._timeout_s(tool),
            cancellation=context.cancellation,
            report=report,
            owner=context.principal.organization_id.hex,
        )
        answer = json.loads(raw)
        context.facts.extend(Fact.model_validate(each) for each in answer["facts"])
        context.disclosures.update(answer["disclosures"])
        if (trace := current_trace()) is not None:
            trace.parts.append(Part("worker", **answer["spent"]))
        return tool.output.model_validate(answer["output"])


async def run_here(
    tool: Tool,
    request: BaseModel,
    context: Context,
    parts: Mapping[type, object],
    tell: Callable[[Update], Awaitable[None]],
) -> BaseModel:
    """Run a tool's function in this process, giving it the parts it names.

    `tell` is called with each Update. Raises Unavailable for a tool that needs a server where there
    is none, Fault when a part is missing or the result is not what the tool declares.
    """
    missing = [kind.__name__ for kind in tool.parts.values() if kind not in parts]
    if missing and tool.needs_server:
        raise Unavailable("needs_server", tool=tool.name)
    if missing:
        raise Fault("parts", tool=tool.name, parts=missing)
    given = {name: parts[kind] for name, kind in tool.parts.items()}
    output: Any = None
    running = tool.run(request, context, **given)
    if inspect.isawaitable(running):
        output = await running
    else:
        async for item in running:
            if isinstance(item, Update):
                await tell(item)
            else:
                output = item
    if not isinstance(output, tool.output):
        raise Fault("output", tool=tool.name, got=type(output).__name__)
    return output
