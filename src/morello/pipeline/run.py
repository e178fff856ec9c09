"""Run: the tool's function, here or in a process that can be killed, with progress on the way."""

import asyncio
import dataclasses
import inspect
import json
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from pydantic import BaseModel

from morello.jobs.pool import Pool
from morello.kernel.caller import Accepted
from morello.kernel.context import Context, Fact, Progress, Update
from morello.kernel.errors import Fault, Unavailable
from morello.kernel.tool import Cost, Tool
from morello.pipeline.limit import Limit
from morello.pipeline.observe.trace import Part, current_trace
from morello.pipeline.updates import Audience
from morello.pipeline.worker import WorkerCall


class Jobs(Protocol):
    """Runs a tool as a durable job, where a server is present."""

    async def submit(self, tool: Tool, request: BaseModel, context: Context) -> uuid.UUID:
        """Write the job down in the call's unit of work; return its id. Raises Busy."""
        ...


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
        self, tool: Tool, request: BaseModel, context: Context, audience: Audience
    ) -> BaseModel:
        """Return the result, having told the audience of updates on the way.

        Raises what the tool raises; TimedOut after its time, Cancelled when asked to stop.
        """
        with Limit(self._timeout_s(tool), tool.name, context.cancellation):
            return await self._work(tool, request, context, audience)

    def _timeout_s(self, tool: Tool) -> float:
        return self.analysis_timeout_s if tool.timeout_s is None else tool.timeout_s

    async def _work(
        self, tool: Tool, request: BaseModel, context: Context, audience: Audience
    ) -> BaseModel:
        if tool.cost is Cost.INSTANT:
            with context.unit.entered():
                return await run_here(tool, request, context, self.parts, audience.tell)
        return await self._in_worker(tool, request, context, audience)

    async def _in_worker(
        self, tool: Tool, request: BaseModel, context: Context, audience: Audience
    ) -> BaseModel:
        loop = asyncio.get_running_loop()

        def report(raw: bytes) -> None:
            update = Progress.model_validate_json(raw)
            loop.call_soon_threadsafe(audience.push, update)

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
