"""Small tools that take time, fail, kill their process, or have others work."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

from pydantic import BaseModel, Field

from morello.kernel.clock import SystemClock
from morello.kernel.context import Context, Progress
from morello.kernel.errors import InvalidInput
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Cost, tool
from morello.kernel.values import Blob
from morello.storage.postgres.database import Database

CLOCK = SystemClock()
TITLE = {"en": "A tool for tests.", "ko": "시험용 도구입니다."}


class Work(BaseModel):
    text: str = Field(default="", max_length=1000)
    seconds: float = 0.0
    file: Blob | None = None


class Worked(BaseModel):
    text: str


async def note(database: Database, context: Context, text: str, *, alone: bool = False) -> None:
    async with database.transaction(context.principal.organization_id, alone=alone) as connection:
        await connection.execute(
            "insert into effect (organization_id, text, pid) values (%s, %s, %s)",
            (context.principal.organization_id, text, os.getpid()),
        )


@tool(
    "test.work",
    title=TITLE,
    permission=Permission.WRITE_DATA,
    effect=Effect.WRITES,
    example={},
    timeout_s=None,
)
async def work(
    request: Work, context: Context, database: Database
) -> AsyncIterator[Progress | Worked]:
    """Say that it began, take its time, then have its effect."""
    await note(database, context, f"begun {request.text}", alone=True)
    steps = round(request.seconds / 0.05)
    for step in range(steps):
        yield Progress(message=Message(id="job.progress.test"), share=step / steps)
        await asyncio.sleep(0.05)
    said = request.text
    if request.file is not None:
        with request.file.open() as stream:
            said = stream.read().decode()
    await note(database, context, f"done {request.text}")
    yield Worked(text=said)


@tool(
    "test.parent",
    title=TITLE,
    permission=Permission.WRITE_DATA,
    effect=Effect.WRITES,
    example={},
    timeout_s=None,
)
async def parent(request: Work, context: Context, database: Database) -> Worked:
    """Have two others work, and take time after that."""
    for _ in range(2):
        await context.call("test.work", {"text": request.text})
    await note(database, context, f"begun parent {request.text}", alone=True)
    await asyncio.sleep(request.seconds)
    return Worked(text=request.text)


@tool("test.fail", title=TITLE, permission=Permission.READ_DATA, example={}, timeout_s=None)
async def fail(request: Work, context: Context) -> Worked:
    raise InvalidInput("nesting", depth_max=len(request.text))


@tool("test.poison", title=TITLE, permission=Permission.READ_DATA, example={}, timeout_s=None)
async def poison(request: Work, context: Context, database: Database) -> Worked:
    await note(database, context, "poisoned", alone=True)
    os.kill(os.getpid(), signal.SIGKILL)
    return Worked(text="never")


@tool(
    "test.compute",
    title=TITLE,
    permission=Permission.READ_DATA,
    cost=Cost.WORKER,
    example={},
    timeout_s=None,
)
async def compute(request: Work, context: Context) -> Worked:
    """Keep a core and 64 MiB busy."""
    held = bytearray(64 << 20)
    until = CLOCK.monotonic() + request.seconds
    total = 0
    while CLOCK.monotonic() < until:
        total += sum(range(10_000))
    return Worked(text=str(len(held)))


CRAFTS = (work, parent, fail, poison, compute)
