import asyncio
import datetime
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from morello.app.server.home import Home, Running
from morello.app.server.status import look
from morello.kernel.clock import SystemClock
from morello.kernel.protocols.server import Part

NOW = SystemClock().now()


@pytest.fixture(params=[200, 503])
async def answering(request: pytest.FixtureRequest) -> AsyncIterator[tuple[str, int]]:
    """A server that says of itself how it is."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {request.param} X\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", request.param


async def test_each_part_is_looked_at(tmp_path: Path, answering: tuple[str, int]) -> None:
    url, status = answering
    home, year = Home(tmp_path), datetime.timedelta(days=365)
    parts = [
        Part(name="api", pid=os.getpid(), since=NOW),
        Part(name="worker", pid=2**22 + 1, since=NOW),
        Part(name="other", pid=os.getpid(), since=NOW - year),
        Part(name="postgres", address="db.example.com"),
    ]
    with home.held():
        home.write(Running(url=url, parts=parts))
        found = await look(home)
    problems = {each.name: each.problem.id if each.problem else "" for each in found.parts}
    assert problems == {
        "api": "" if status == 200 else "server.unhealthy",
        "worker": "server.gone",
        "other": "server.gone",
        "postgres": "",
    }
    assert found.parts[0].memory_bytes
    assert not found.is_well


async def test_what_was_written_by_a_dead_one_is_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert not (await look(home)).parts
    home.write(Running(url="http://127.0.0.1:9", parts=[Part(name="api", pid=os.getpid())]))
    assert not (await look(home)).parts
