"""The door on a real server: what ASGI in memory does not show."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from morello.doors.rest import asked as reading
from morello.doors.rest.guard.address import Addresses, is_this_machine
from morello.doors.rest.guard.connection import HEAD_BYTES_MAX, HEADERS_MAX, Connection
from morello.kernel.errors import InvalidInput

from .conftest import House
from .fake_tools import KEY, ORGANIZATION

AUTHORIZED = f"Authorization: Bearer {KEY}\r\nX-Company-ID: {ORGANIZATION}\r\n"
GET = f"GET /api/v1/datasets HTTP/1.1\r\nHost: localhost\r\n{AUTHORIZED}\r\n".encode()


class Impatient(Connection):
    head_timeout_s = 0.3


@contextlib.asynccontextmanager
async def served(house: House) -> AsyncIterator[int]:
    """Serve a house at a port of this machine."""
    config = uvicorn.Config(
        house.application, port=0, http=Impatient, ws="none", lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
async def port(house: House) -> AsyncIterator[int]:
    async with served(house) as port:
        yield port


async def said(port: int, *pieces: bytes, pause_s: float = 0.0) -> bytes:
    """Send pieces over one connection and return all that comes until it is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(5):
            with contextlib.suppress(ConnectionError):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(pause_s)
            answer = b""
            with contextlib.suppress(ConnectionError):
                while piece := await reader.read(1 << 16):
                    answer += piece
            return answer
    finally:
        writer.close()


def client(port: int) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {KEY}", "X-Company-ID": str(ORGANIZATION)}
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=10, trust_env=False
    )


async def test_a_connection_is_kept_for_the_next_request(port: int) -> None:
    closing = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    answer = await said(port, GET, GET + closing)
    assert answer.count(b"HTTP/1.1 200 OK") == 3


@pytest.mark.parametrize("start", [b"", b"GET / HTT", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a"])
async def test_a_head_that_does_not_come_is_not_waited_for(port: int, start: bytes) -> None:
    began = time.monotonic()
    await said(port, *([start] if start else []))
    assert time.monotonic() - began < 2


async def test_a_head_that_drips_is_not_waited_for(port: int) -> None:
    drops = [b"GET / HTTP/1.1\r\nHost: localhost\r\n", *[b"X: y\r\n"] * 40]
    began = time.monotonic()
    answer = await said(port, *drops, pause_s=0.05)
    assert time.monotonic() - began < 2.5
    assert b"200" not in answer


async def test_a_kept_connection_waits_for_the_next_head_no_longer(port: int) -> None:
    answer = await said(port, GET, b"GET / HTTP/1.1\r\n")
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "head",
    [
        b"X: " + b"x" * (HEAD_BYTES_MAX + 1) + b"\r\n\r\n",
        b"X: y\r\n" * (HEADERS_MAX + 1) + b"\r\n",
        b"X: " + b"x" * (1 << 20),
        b"x" * (1 << 20),
    ],
)
async def test_a_head_that_is_too_large_is_refused(port: int, head: bytes) -> None:
    answer = await said(port, b"GET / HTTP/1.1\r\nHost: localhost\r\n" + head)
    assert answer.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 ")) or answer == b""
    assert b"200 OK" not in answer


async def test_what_is_no_request_is_refused(port: int) -> None:
    assert (await said(port, b"\x16\x03\x01rubbish\r\n\r\n")).startswith(b"HTTP/1.1 400")


async def test_a_body_over_the_limit_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    house = House(tmp_path, file_bytes_max=1000)
    head = (
        f"POST /api/v1/datasets HTTP/1.1\r\nHost: localhost\r\n{AUTHORIZED}Content-Type: a/b\r\n"
        "Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n"
    )
    async with served(house) as port:
        answer = await said(port, head.encode())
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"100 Continue" not in answer
    assert b"connection: close" in answer


async def test_a_body_without_a_size_is_cut_at_the_limit(tmp_path: Path) -> None:
    house = House(tmp_path, file_bytes_max=1 << 20)
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 1 << 30:
            taken += 1 << 16
            yield b"x" * (1 << 16)

    async with served(house) as port, client(port) as knocking:
        with contextlib.suppress(httpx.TransportError):
            answer = await knocking.post("/api/v1/datasets", content=endless())
            assert answer.status_code == 413
    assert taken < 64 << 20
    assert house.service.uploads.kept == {}


async def test_a_body_that_stops_coming_is_not_waited_for(
    port: int, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHUNK_TIMEOUT_S", 0.2)
    head = (
        f"POST /api/v1/datasets HTTP/1.1\r\nHost: localhost\r\n{AUTHORIZED}Content-Type: a/b\r\n"
        "Content-Length: 1000\r\n\r\na\n"
    )
    answer = await said(port, head.encode())
    assert answer.startswith(b"HTTP/1.1 408")
    assert house.service.uploads.kept == {}


async def test_what_was_not_read_is_not_taken_for_a_request(port: int) -> None:
    smuggled = b"GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = f"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(smuggled)}\r\n\r\n"
    answer = await said(port, head.encode() + smuggled)
    assert answer.count(b"HTTP/1.1 ") == 1


async def test_who_leaves_ends_the_call(port: int, house: House) -> None:
    async with client(port) as knocking:
        with pytest.raises(httpx.ReadTimeout):
            await knocking.get("/api/tools/fake.wait?seconds=30", timeout=0.3)
    await until(lambda: house.service.caller.cancelled == 1)


async def test_who_leaves_ends_the_stream(port: int, house: House) -> None:
    async with (
        client(port) as knocking,
        knocking.stream(
            "GET", "/api/tools/fake.wait?seconds=30", headers={"Accept": "text/event-stream"}
        ) as answer,
    ):
        lines = answer.aiter_lines()
        assert await anext(lines) == "retry: 2000"
        while not (await anext(lines)).startswith(": "):
            pass  # until it was quiet for so long that the door says it is still there
    await until(lambda: house.service.caller.cancelled == 1)


async def test_who_may_no_longer_listen_is_told_no_more(port: int, house: House) -> None:
    async with (
        client(port) as knocking,
        knocking.stream(
            "GET", "/api/tools/fake.wait?seconds=30", headers={"Accept": "text/event-stream"}
        ) as answer,
    ):
        house.service.authenticator.known.clear()
        async with asyncio.timeout(5):
            text = "".join([line async for line in answer.aiter_lines()])
    assert "result" not in text
    await until(lambda: house.service.caller.cancelled == 1)


async def test_a_large_upload_and_a_large_download_are_streams(port: int, house: House) -> None:
    async def many() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"a,b\n" * 16384

    async with client(port) as knocking:
        made = await knocking.post("/api/uploads", content=many())
        assert made.json()["size_bytes"] == 50 * 65536
        shown = await knocking.post("/api/tools/insights.report", json={"data": "orders"})
    assert shown.text == "<p>report</p>"


async def test_many_at_once_each_get_their_own_answer(port: int) -> None:
    async with client(port) as knocking:
        paths = [f"/api/v1/datasets/d{number}" for number in range(50)]
        answers = await asyncio.gather(*(knocking.get(path) for path in paths))
    names = [json.loads(each.content)["dataset"] for each in answers]
    assert names == [f"d{number}" for number in range(50)]


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for knows no events
            await asyncio.sleep(0.01)


def test_only_addresses_and_networks_are_trusted() -> None:
    assert is_this_machine("127.9.9.9")
    assert not is_this_machine("10.0.0.1")
    assert not is_this_machine("testclient")
    with pytest.raises(InvalidInput):
        Addresses.of(["proxy.example"])
