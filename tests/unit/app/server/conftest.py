"""A process that behaves as it is told, in place of the API and the worker."""

import asyncio
import textwrap
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from morello.app.server.child import Child
from morello.kernel.clock import SystemClock

Begin = Callable[[str], Awaitable[Child]]

_OPENING = """
import os, signal, sys, time
from morello.app.server.charge import Said
from morello.app.server.leash import Leash
from morello.kernel.messages import Message
leash = Leash.take()
"""


@pytest.fixture
async def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Begin]:
    """Start a process that runs a few lines, with its leash taken."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    started: list[Child] = []

    async def start(lines: str) -> Child:
        program = tmp_path / "obedient.py"
        text = _OPENING + textwrap.dedent(lines)
        await asyncio.to_thread(program.write_text, text)
        log = tmp_path / "logs" / "c.log"
        started.append(await Child.start("obedient", log=log, clock=SystemClock()))
        return started[-1]

    yield start
    for each in started:
        each.kill()
        await each.ended()
