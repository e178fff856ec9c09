"""What the REST door costs: one request, from the bytes that came to the bytes that go.

Everything but the socket and the database is real: uvicorn's parser with our guard, the door, the
corridor with its in-memory ledger and signatures, a tool that adds two numbers. The same calls
without the door are made in turn, so that the difference is the door's.
Prints and writes `results/door.json`.

    python -m benchmarks.door            (half a minute)
    python -m benchmarks.door --profile  (where the time goes; nothing is written)
"""

import asyncio
import cProfile
import gc
import json
import platform
import pstats
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from benchmarks.pipeline_overhead import One, add
from uvicorn.server import ServerState

from morello.app import build
from morello.doors.live.stream import Streams
from morello.doors.rest.application import Application
from morello.doors.rest.guard.connection import Connection
from morello.kernel.caller import Call, Caller
from morello.kernel.principal import LOCAL_PRINCIPAL, Origin, Principal
from morello.kernel.protocols.authenticator import Credentials
from morello.kernel.protocols.probe import Probe
from morello.kernel.registry import Registry
from morello.kernel.settings import Settings

REQUESTS = 2_000
ROUNDS = 7
REQUEST = (
    b"GET /api/tools/bench.add?a=1&b=2 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x\r\n"
    b"X-Company-ID: 00000000-0000-7000-8000-000000000001\r\nUser-Agent: bench\r\n"
    b"Accept: */*\r\n\r\n"
)


class Everybody:
    """Lets everybody in."""

    async def principal(self, credentials: Credentials, origin: Origin) -> Principal:  # noqa: ARG002 - the port
        """Return the person who uses this machine."""
        return LOCAL_PRINCIPAL


class House:
    """As much of `kernel.protocols.service.Service` as one request needs."""

    uploads: Any = None
    probes: Sequence[Probe] = ()
    authenticator: Any = Everybody()

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(home=folder, rate_per_s=10_000_000)
        app = build(self.settings)
        self.registry = Registry([One()])
        object.__setattr__(app.caller, "registry", self.registry)
        self.caller: Caller = app.caller

    def metrics(self) -> bytes:
        """Return nothing."""
        return b""

    async def close(self) -> None:
        """Keep nothing open."""


class Wire(asyncio.Transport):
    """A transport that counts answers."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 5), "sockname": ("127.0.0.1", 80)})
        self.answered = asyncio.Event()
        self.body = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Take what was written; the body comes last."""
        self.body = bytes(data)
        if self.body.startswith(b"{"):
            self.answered.set()

    def is_closing(self) -> bool:
        """Never."""
        return False

    def pause_reading(self) -> None:
        """Go on."""

    def resume_reading(self) -> None:
        """Go on."""


async def through_the_door(connection: Connection, wire: Wire, requests: int) -> float:
    """Return the seconds of CPU that so many requests took."""
    begun_s = time.process_time()
    for _ in range(requests):
        wire.answered.clear()
        connection.data_received(REQUEST)
        await wire.answered.wait()
    return time.process_time() - begun_s


async def without_it(caller: Caller, calls: int) -> float:
    """Return the seconds of CPU that so many calls took."""
    begun_s = time.process_time()
    for _ in range(calls):
        await caller.call(Call(tool=add.name, given={"a": 1, "b": 2}, principal=LOCAL_PRINCIPAL))
    return time.process_time() - begun_s


async def measure(*, profiled: bool) -> dict[str, Any]:
    """Return microseconds a request and a call, the median of rounds in turn."""
    with tempfile.TemporaryDirectory() as name:
        house = House(Path(name))
        door: Any = Application.of(house, Streams(house.caller).events)
        config = uvicorn.Config(
            door, http=Connection, loop="none", ws="none", lifespan="off", access_log=False,
            log_config=None, server_header=False, proxy_headers=False,
        )  # fmt: skip
        config.load()
        connection = Connection(config, ServerState(), {}, asyncio.get_running_loop())
        wire = Wire()
        connection.connection_made(wire)
        await through_the_door(connection, wire, REQUESTS)
        gc.freeze()
        if profiled:
            with cProfile.Profile() as profile:
                await through_the_door(connection, wire, REQUESTS)
            pstats.Stats(profile).sort_stats("tottime").print_stats(45)
            return {}
        requests, calls = [], []
        for _ in range(ROUNDS):
            requests.append(await through_the_door(connection, wire, REQUESTS))
            calls.append(await without_it(house.caller, REQUESTS))
    request_us, call_us = (statistics.median(each) / REQUESTS * 1e6 for each in (requests, calls))
    return {
        "what": "Microseconds of CPU a recorded request, beside the same call without the door.",
        "machine": {"python": platform.python_version()},
        "request_us": round(request_us, 1),
        "call_us": round(call_us, 1),
        "door_us": round(request_us - call_us, 1),
        "requests_us_of_each_round": [round(each / REQUESTS * 1e6, 1) for each in requests],
    }


def main() -> None:
    """Measure, print and keep."""
    profiled = "--profile" in sys.argv
    figures = uvloop.run(measure(profiled=profiled))
    if not profiled:
        print(json.dumps(figures, indent=1))
        path = Path(__file__).parent / "results" / "door.json"
        path.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
