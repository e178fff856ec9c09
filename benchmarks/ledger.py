"""How many durable, placed call events a second the ledger takes, and where the time goes.

Everything is real: the embedded PostgreSQL with every commit synced, events as the recorder makes
them of a call of `data.preview`, their personal fields sealed, every batch's heads sealed.
Events are made in parts beforehand, while the clock stands. A waiter offers one event, waits until
it is committed and placed, and offers the next. The fastest part shows
what there is when nobody else wants the processor. Prints and writes `results/ledger.json`.

    python -m benchmarks.ledger [--seconds 5] [--events 1000000]
"""

import argparse
import asyncio
import contextlib
import gc
import json
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import psutil
import uvloop
from benchmarks.load.disk import sync_ms

from morello.kernel.caller import Call, Caller
from morello.kernel.clock import SystemClock
from morello.kernel.context import Context, Pinned
from morello.kernel.ids import new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Origin, Principal
from morello.ledger.event import NewEvent
from morello.ledger.log import Log
from morello.ledger.postgres.log import PostgresLog
from morello.ledger.postgres.writing.batch import Batch
from morello.pipeline.record import Recorder, Recording
from morello.storage.keys import MasterKeys
from morello.storage.postgres.database import Database
from morello.storage.postgres.migrate import migrate
from morello.storage.postgres.postmaster import find_postmaster
from morello.storage.postgres.server import EmbeddedServer
from morello.tools.data.preview import PreviewRequest, preview

RESULTS = Path(__file__).parent / "results" / "ledger.json"
PART_EVENTS = 1_000
PEOPLE = 10
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0"
BULK_EVENTS = 1_000

Offered = tuple[uuid.UUID, NewEvent]


class Maker:
    """Makes call events as the recorder does."""

    def __init__(self, organizations: int) -> None:
        self.organizations = [new_id() for _ in range(organizations)]
        self._recorder = Recorder(log=cast("Log", None), clock=SystemClock())
        self._people = [new_id() for _ in range(PEOPLE)]
        self._made = 0

    async def part(self, events: int = PART_EVENTS) -> list[Offered]:
        """Return the next events, of each organization in turn."""
        return [await self._next() for _ in range(events)]

    async def _next(self) -> Offered:
        self._made += 1
        organization_id = self.organizations[self._made % len(self.organizations)]
        principal = Principal(
            organization_id=organization_id,
            subject_id=self._people[self._made // len(self.organizations) % PEOPLE],
            name="Ann Marlow",
            role=Role.DATA_SCIENTIST,
        )
        origin = Origin(door="rest", address="203.0.113.7", user_agent=BROWSER)
        call = Call(tool="data.preview", given={}, principal=principal, origin=origin)
        recording = Recording(call=call, at=self._recorder.clock.now())
        request = PreviewRequest.model_validate({"data": "orders", "rows": 10})
        await recording.describe(preview, request)
        recording.context = Context(
            call_id=call.call_id,
            principal=principal,
            tool="data.preview",
            caller=cast("Caller", None),
        )
        recording.context.pinned[request.data] = Pinned(
            organization_id=organization_id,
            dataset_id=organization_id,
            dataset="orders",
            version="ab" * 32,
            rows=5_000,
        )
        result = {"digest": "cd" * 32, "from_cache": False}
        event = self._recorder._event(recording, "call.succeeded", result)  # noqa: SLF001 - what it writes
        return organization_id, event


class Bench:
    """A server, a log over it, and the processor time both take."""

    def __init__(self, log: PostgresLog, database: Database, postmaster: psutil.Process) -> None:
        self.log, self.database, self._postmaster = log, database, postmaster
        self.batches = 0
        write = Batch.write

        async def counted(batch: Batch, *arguments: Any, **named: Any) -> None:
            self.batches += bool(batch.requests)
            await write(batch, *arguments, **named)

        setattr(Batch, "write", counted)  # noqa: B010 - counts, and changes nothing

    def postgres_s(self) -> float:
        """Return the processor seconds that PostgreSQL has taken."""
        total = 0.0
        for process in (self._postmaster, *self._postmaster.children()):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += sum(process.cpu_times()[:2])
        return total

    async def closed_loop(self, maker: Maker, waiters: int, seconds: float) -> dict[str, float]:
        """Let waiters offer one event after another for some seconds of appending."""
        await self._part(await maker.part(), waiters)  # warm up
        wall_s = python_s = postgres_s = 0.0
        events, latencies, fastest_s = 0, list[float](), float("inf")
        self.batches = 0
        while wall_s < seconds:
            part = await maker.part()
            gc.collect()
            before = time.perf_counter(), time.process_time(), self.postgres_s()
            latencies += await self._part(part, waiters)
            part_s = time.perf_counter() - before[0]
            wall_s, fastest_s = wall_s + part_s, min(fastest_s, part_s)
            python_s += time.process_time() - before[1]
            postgres_s += self.postgres_s() - before[2]
            events += len(part)
        return {
            "events_per_s": round(events / wall_s),
            "events_per_s_least_disturbed": round(PART_EVENTS / fastest_s),
            **quantiles(latencies),
            **self._spent(events, python_s, postgres_s),
        }

    async def _part(self, part: list[Offered], waiters: int) -> list[float]:
        left: Iterator[Offered] = iter(part)
        latencies: list[float] = []

        async def wait() -> None:
            for organization_id, event in left:
                started = time.perf_counter()
                await self.log.append(organization_id, [event])
                latencies.append(time.perf_counter() - started)

        await asyncio.gather(*[wait() for _ in range(waiters)])
        return latencies

    async def open_loop(self, maker: Maker, per_s: int, seconds: float) -> dict[str, float]:
        """Offer evenly spaced events, whether or not the earlier ones are placed."""
        part = await maker.part(round(per_s * seconds))
        latencies: list[float] = []

        async def offer(organization_id: uuid.UUID, event: NewEvent, due_s: float) -> None:
            await self.log.append(organization_id, [event])
            latencies.append(time.perf_counter() - due_s)

        self.batches = 0
        python_s, postgres_s = time.process_time(), self.postgres_s()
        start_s, running = time.perf_counter() + 0.01, set[asyncio.Task[None]]()
        for place, (organization_id, event) in enumerate(part):
            due_s = start_s + place / per_s
            if (early_s := due_s - time.perf_counter()) > 0.001:
                await asyncio.sleep(early_s)
            task = asyncio.create_task(offer(organization_id, event, due_s))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)
        return {
            **quantiles(latencies),
            **self._spent(
                len(part), time.process_time() - python_s, self.postgres_s() - postgres_s
            ),
        }

    def _spent(self, events: int, python_s: float, postgres_s: float) -> dict[str, float]:
        """Return what an event cost; Python's part includes those who offer and wait."""
        return {
            "python_us_per_event": round(python_s / events * 1e6, 1),
            "postgres_us_per_event": round(postgres_s / events * 1e6, 1),
            "events_per_batch": round(events / self.batches, 1),
        }

    async def domain(self, maker: Maker, waiters: int) -> dict[str, float]:
        """Append a fact and the call's event in a transaction that writes a row, too."""
        part = await maker.part()
        (organization_id,) = maker.organizations
        async with self.database.transaction(organization_id) as connection:
            await connection.execute(
                "insert into organization (id, name, slug, created_at)"
                " values (%s, 'x', 'x', now())",
                (organization_id,),
            )
        left = iter(part)

        async def wait() -> None:
            for _, event in left:
                fact = NewEvent(stream=f"dataset/{new_id()}", kind="dataset.created", at=event.at)
                unit = self.database.unit()
                with unit.entered():
                    async with self.database.transaction(organization_id) as connection:
                        written = "insert into snapshot values (%s, %s, 'x', 1, 1, now(), '')"
                        await connection.execute(written, (organization_id, str(event.id)))
                    await self.log.append(organization_id, [fact, event], unit)

        started = time.perf_counter()
        await asyncio.gather(*[wait() for _ in range(waiters)])
        return {"calls_per_s": round(len(part) / (time.perf_counter() - started))}

    async def verification(self, maker: Maker, events: int) -> dict[str, Any]:
        """Fill a log, verify all of it, and fetch a receipt."""
        event_id = uuid.UUID(int=0)
        for _ in range(0, events, BULK_EVENTS):
            part = await maker.part(BULK_EVENTS)
            event_id = part[0][1].id
            await self.log.append(part[0][0], [event for _, event in part])
        (organization_id,) = maker.organizations
        started = time.perf_counter()
        verdict = await self.log.verify(organization_id)
        wall_s = time.perf_counter() - started
        assert verdict.ok, verdict
        started = time.perf_counter()
        receipt = await self.log.receipt(organization_id, event_id)
        receipt_ms = (time.perf_counter() - started) * 1e3
        return {
            "events": events,
            "wall_s": round(wall_s, 1),
            "events_per_s": round(events / wall_s),
            "receipt_bytes": len(receipt.text.encode()),
            "receipt_ms": round(receipt_ms, 1),
        }


def quantiles(latencies: list[float]) -> dict[str, float]:
    """Return the middle and the slow end, in milliseconds."""
    ordered = sorted(latencies)
    return {f"p{each}_ms": round(ordered[len(ordered) * each // 100] * 1e3, 2) for each in (50, 95)}


async def measure(url: str, home: Path, seconds: float, events: int) -> dict[str, Any]:
    """Measure everything."""
    database = await Database.open(url)
    log = PostgresLog(database, url=url, keys=MasterKeys.random(), host="bench.example", home=home)
    await log.start()
    postmaster = find_postmaster(home / "postgres" / "data")
    assert postmaster is not None
    bench, found = Bench(log, database, postmaster), dict[str, Any]()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)  # as the server does
    for organizations in (1, 100):
        for waiters in (64, 200):
            name = f"organizations_{organizations}_waiters_{waiters}"
            found[name] = await bench.closed_loop(Maker(organizations), waiters, seconds)
            print(name, found[name], flush=True)
    for rate in (500, 1000, 2000):
        found[f"evenly_{rate}_per_s"] = await bench.open_loop(Maker(1), rate, seconds)
        print(rate, found[f"evenly_{rate}_per_s"], flush=True)
    found["domain_waiters_64"] = await bench.domain(Maker(1), 64)
    found["verification"] = await bench.verification(Maker(1), events)
    await log.close()
    await database.close()
    return found


def main() -> None:
    """Measure on a server of its own, and keep the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--events", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        figures: dict[str, Any] = {
            "cores": os.cpu_count(),
            "load_average": round(os.getloadavg()[0], 2),
            "sync_ms": sync_ms(Path(folder)),
        }
        server = EmbeddedServer(Path(folder))
        urls = server.start()
        try:
            migrate(urls)
            figures |= uvloop.run(measure(urls.app, Path(folder), asked.seconds, asked.events))
        finally:
            server.stop()
    RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
