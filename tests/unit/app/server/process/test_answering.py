import asyncio
import contextlib
import socket
from typing import Any

import httpx
import pytest

from morello.app.server.process.answering import answer

pytestmark = pytest.mark.slow


class Slow:
    """Answers after a while, and says whether it was let finish."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.ended: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await asyncio.sleep(self.seconds)
            self.ended.append("finished")
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def ask(url: str) -> int | None:
    async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
        with contextlib.suppress(httpx.TransportError):
            return (await client.get(url)).status_code
    return None


@pytest.mark.parametrize(("seconds", "ended"), [(0.4, "finished"), (30.0, "cancelled")])
async def test_what_runs_is_finished_but_not_for_ever(seconds: float, ended: str) -> None:
    slow, stop, is_ready = Slow(seconds), asyncio.Event(), asyncio.Event()
    drained: list[bool] = []
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    answering = asyncio.create_task(
        answer(
            slow,
            listening,
            stop=stop,
            ready=is_ready.set,
            drain=lambda: drained.append(True),
            drain_timeout_s=1,
        )
    )
    await asyncio.wait_for(is_ready.wait(), 10)
    asked = asyncio.create_task(ask(url))
    await asyncio.sleep(0.1)
    stop.set()
    await asyncio.wait_for(answering, 10)
    await asked
    assert drained == [True]
    assert slow.ended == [ended]
    assert (await asked == 204) == (ended == "finished")
