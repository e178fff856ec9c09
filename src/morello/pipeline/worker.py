"""The worker's side of a call: find the tool again, run it, answer in JSON.

A tool that runs here sees its input, what was pinned for it, and the parts that `app` makes for
workers. It cannot call other tools; one that needs to is `instant` and calls those that compute.
"""

import asyncio
import dataclasses
import datetime
import importlib
import json
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from typing import Any, NoReturn, Self

from pydantic import BaseModel

from morello.kernel.caller import Call
from morello.kernel.clock import StoppedClock
from morello.kernel.context import Context, Pinned, Progress, Update
from morello.kernel.errors import Fault
from morello.kernel.principal import Principal
from morello.kernel.tool import Tool
from morello.kernel.values import DataRef
from morello.pipeline.observe.spent import Spent


class _NobodyToCall:
    """Refuses nested calls."""

    async def call(self, call: Call) -> NoReturn:
        raise Fault("nested_in_worker", tool=call.tool)

    def stream(self, call: Call) -> AsyncIterator[NoReturn]:
        raise Fault("nested_in_worker", tool=call.tool)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WorkerCall:
    """What travels to the worker."""

    module: str
    tool: str
    request: BaseModel
    call_id: uuid.UUID
    principal: Principal
    pinned: dict[DataRef, Pinned]
    sql: str | None
    now: datetime.datetime
    parts: str

    @classmethod
    def of(cls, tool: Tool, request: BaseModel, context: Context, parts: str) -> Self:
        """Pack a call."""
        return cls(
            module=tool.run.__module__,
            tool=tool.name,
            request=request,
            call_id=context.call_id,
            principal=context.principal,
            pinned=context.pinned,
            sql=context.query.sql("duckdb") if context.query is not None else None,
            now=context.clock.now(),
            parts=parts,
        )


def tool_in(module_name: str, tool: str) -> Tool:
    """Import a module and return the tool it declares. Raises Fault when it does not."""
    module = importlib.import_module(module_name)
    for value in vars(module).values():
        if isinstance(value, Tool) and value.name == tool:
            return value
    raise Fault("tool_moved", tool=tool, module=module_name)


def run_tool(work: WorkerCall, report: Callable[[bytes], None]) -> bytes:
    """Run one tool to its end; called in the worker process. Returns output and facts as JSON."""
    from morello.pipeline.run import run_here  # noqa: PLC0415 - run.py names this module's WorkerCall

    tool = tool_in(work.module, work.tool)
    context = Context(
        call_id=work.call_id,
        principal=work.principal,
        tool=work.tool,
        caller=_NobodyToCall(),
        clock=StoppedClock(work.now),
        pinned=work.pinned,
    )
    module, _, function = work.parts.partition(":")
    parts: Mapping[type, object] = getattr(importlib.import_module(module), function)()

    async def tell(update: Update) -> None:
        assert isinstance(update, Progress), "a worker tells of progress only"
        report(update.model_dump_json().encode())

    spent = Spent()
    output = _finished(run_here(tool, work.request, context, parts, tell))
    answer: dict[str, Any] = {
        "output": output.model_dump(mode="json"),
        "facts": [each.model_dump(mode="json") for each in context.facts],
        "disclosures": context.disclosures,
        "spent": spent.part(),
    }
    return json.dumps(answer).encode()


def _finished(running: Coroutine[Any, Any, BaseModel]) -> BaseModel:
    """Run to the end. Unlike `asyncio.run`, begin no thread to end with.

    A thread that finds no memory to begin with is waited for in vain (CPython's `Thread.start`).
    """
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(running)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
