"""Answering: the web server of the API process, from its first request to its last."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn

from morello.doors.rest.guard.connection import Connection

KEEP_ALIVE_S = 75
"""Longer than proxies and clients keep an idle connection, so that it is they who close it."""
_CONNECTIONS_MAX = 10_000
_WAITING_MAX = 2048
_POLL_S = 0.01


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the process, which says when to stop."""
        yield


async def answer(
    application: Any,
    listening: socket.socket,
    *,
    stop: asyncio.Event,
    ready: Callable[[], object],
    drain: Callable[[], object],
    drain_timeout_s: float,
) -> None:
    """Answer at a socket until asked to stop; then finish what runs, at most that long.

    `ready` is called with the first moment at which requests are answered, `drain` with the first
    at which no more are taken.
    """
    server = _Server(
        uvicorn.Config(
            application,
            loop="none",  # it runs in ours
            http=Connection,  # uvicorn's own, less patient
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,  # the door itself knows which proxies are trusted
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=max(1, round(drain_timeout_s)),
            limit_concurrency=_CONNECTIONS_MAX,
            backlog=_WAITING_MAX,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="answering")
    stopped = asyncio.create_task(stop.wait())
    try:
        while not (server.started or serving.done()):  # noqa: ASYNC110 - uvicorn has no event
            await asyncio.sleep(_POLL_S)
        if server.started:
            ready()
        await asyncio.wait((serving, stopped), return_when=asyncio.FIRST_COMPLETED)
        drain()
        server.should_exit = True
        await serving
    finally:
        stopped.cancel()
