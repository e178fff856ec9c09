"""A corridor with durable jobs and a few small tools, in the test's process or in one of its own.

python workshop.py APP_URL HOME     serves as a job worker until it is asked to stop
"""

import asyncio
import datetime
import os
import signal
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from morello.identity.approvals import MemoryApprovals
from morello.jobs.durable.job import State
from morello.jobs.durable.jobs import Jobs
from morello.jobs.durable.parcel import Parcels
from morello.jobs.durable.store import JobStore
from morello.jobs.durable.worker import JobWorker
from morello.jobs.pool import Pool
from morello.kernel.caller import Call
from morello.kernel.clock import SystemClock
from morello.kernel.context import Fact
from morello.kernel.errors import Forbidden, NotFound
from morello.kernel.permission import Role
from morello.kernel.principal import Principal
from morello.kernel.protocols.unit import Unit
from morello.kernel.registry import Listed, Registry
from morello.kernel.settings import Settings
from morello.kernel.tool import Tool
from morello.pipeline.admit import Admission
from morello.pipeline.authorize import Authority
from morello.pipeline.call import Pipeline
from morello.pipeline.idempotency.postgres_answers import PostgresAnswers
from morello.pipeline.recall import Memory
from morello.pipeline.record import Recorder
from morello.pipeline.resolve import Resolver
from morello.pipeline.run import Runner
from morello.storage.keys import MasterKeys
from morello.storage.postgres.database import Database
from morello.tools.jobs.cancel import cancel
from morello.tools.jobs.get import get
from morello.tools.jobs.list_ import list_
from morello.tools.jobs.result import result
from morello.tools.jobs.retry import retry
from morello.tools.jobs.wait import wait

from .crafts import CRAFTS

Result = TypeVar("Result")
CLOCK = SystemClock()
EFFECTS = """
    create table effect
        (organization_id uuid, text text, pid integer, at timestamptz default clock_timestamp());
    grant select, insert on effect to morello_app
"""
REMOVED = "removed"
"""The name of somebody who is no member any more by the time their job runs."""


THEIRS = (get, list_, cancel, retry, result, wait)


class Tools:
    """Provides the tools above."""

    def listed(self, organization_id: uuid.UUID) -> Iterable[Listed]:
        return []

    def find(self, name: str, organization_id: uuid.UUID) -> Tool | None:
        return {each.name: each for each in (*CRAFTS, *THEIRS)}.get(name)


class PlainLog:
    """Commits what a unit wrote, and writes facts about jobs into a table of their own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def append(
        self, organization_id: uuid.UUID, events: Any, unit: Unit | None = None
    ) -> list[int]:
        for event in events:
            async with self.database.transaction(organization_id) as connection:
                await connection.execute(
                    "insert into effect (organization_id, text, pid) values (%s, %s, %s)",
                    (organization_id, f"{event.kind} {event.stream}", os.getpid()),
                )
        if unit is not None:
            await unit.commit()
        return []

    async def tell(
        self, organization_id: uuid.UUID, fact: Fact, *, subject: uuid.UUID, unit: Unit | None
    ) -> None:
        async with self.database.transaction(organization_id) as connection:
            await connection.execute(
                "insert into effect (organization_id, text, pid) values (%s, %s, %s)",
                (organization_id, f"{fact.kind} {fact.stream}", os.getpid()),
            )
        if unit is not None:
            await unit.commit()


class PlainPassports:
    """Passports that anybody could forge; whoever is called `REMOVED` is."""

    async def issue(self, principal: Principal) -> str:
        return principal.model_dump_json()

    async def holder(self, passport: str) -> Principal:
        principal = Principal.model_validate_json(passport)
        if principal.name == REMOVED:
            raise Forbidden("role", tool="any", role=principal.role.value)
        return principal


class NoData:
    async def pin(self, principal: Principal, ref: Any) -> Any:
        raise NotFound("dataset", name=str(ref))

    def parse(self, sql: str) -> Any:
        raise NotImplementedError

    def tables(self, tree: Any) -> set[str]:
        return set()


class Workshop:
    """Everything wired."""

    def __init__(self, database: Database, home: Path, **settings: Any) -> None:
        self.database = database
        self.settings = Settings(home=home, drain_timeout_s=2, **settings)
        keys = MasterKeys.in_folder(home)
        self.pool = Pool(size=2, memory_max_bytes=512 << 20, keeps_spare=False)
        self.log = PlainLog(database)
        self.jobs = Jobs(
            store=JobStore(database, CLOCK),
            parcels=Parcels(keys, home / "jobs"),
            passports=PlainPassports(),
            settings=self.settings,
        )
        self.pipeline = Pipeline(
            registry=Registry([Tools()]),
            resolver=Resolver(NoData(), NoData()),
            authority=Authority(MemoryApprovals(CLOCK)),
            admission=Admission(self.settings, CLOCK, answers=PostgresAnswers(database, CLOCK)),
            memory=Memory(0),
            runner=Runner(
                parts={Database: database, Jobs: self.jobs},
                pool=self.pool,
                worker_parts="morello.app.worker:parts",
                analysis_timeout_s=600.0,
                jobs=self.jobs,
            ),
            recorder=Recorder(log=self.log, clock=CLOCK),  # type: ignore[arg-type] # half a log
            unit=database.unit,
        )

    async def ask(self, principal: Principal, tool: str = "test.work", **given: Any) -> uuid.UUID:
        """Ask for a job; return its id."""
        call = Call(tool=tool, given=given, principal=principal, as_job=True)
        job = (await self.pipeline.call(call)).output.job
        assert isinstance(job, uuid.UUID)
        return job

    async def call(self, principal: Principal, tool: str, **given: Any) -> Any:
        """Call a tool; return its output."""
        return (await self.pipeline.call(Call(tool=tool, given=given, principal=principal))).output

    async def cancel(self, principal: Principal, job: uuid.UUID) -> Any:
        return await self.call(principal, "jobs.cancel", job=job)

    async def retry(self, principal: Principal, job: uuid.UUID) -> Any:
        return (await self.call(principal, "jobs.retry", job=job)).job

    async def recent(self, principal: Principal, **given: Any) -> Any:
        return (await self.call(principal, "jobs.list", **given)).jobs

    async def until(
        self, principal: Principal, job: uuid.UUID, *states: State, timeout_s: float = 20.0
    ) -> Any:
        """Wait until a job is in one of the states; over, when none is named."""
        deadline_s = CLOCK.monotonic() + timeout_s
        while True:
            found = await self.jobs.find(principal, job)
            if found.state in states or (not states and found.state.is_over):
                return found
            assert CLOCK.monotonic() < deadline_s, found
            await asyncio.sleep(0.02)

    async def begun(self, principal: Principal, text: str, times: int = 1) -> None:
        """Wait until a job of that text has begun so often."""
        deadline_s = CLOCK.monotonic() + 20.0
        while True:
            said = [text for text, _ in await self.notes(principal.organization_id)]
            if said.count(f"begun {text}") >= times:
                return
            assert CLOCK.monotonic() < deadline_s, said
            await asyncio.sleep(0.02)

    async def notes(self, organization_id: uuid.UUID) -> list[tuple[str, datetime.datetime]]:
        rows: list[dict[str, Any]] = await self.database.fetch(
            organization_id,
            "select text, at from effect where organization_id = %s order by at",
            (organization_id,),
        )
        return [(row["text"], row["at"]) for row in rows]

    def worker(self, url: str) -> JobWorker:
        return JobWorker(url=url, jobs=self.jobs, facts=self.log, caller=self.pipeline)

    async def close(self) -> None:
        await self.pool.close()


def somebody(organization_id: uuid.UUID, number: int = 7, **changes: Any) -> Principal:
    fields = {"role": Role.DATA_SCIENTIST, "name": "Ada", **changes}
    return Principal(organization_id=organization_id, subject_id=uuid.UUID(int=number), **fields)


async def serve(url: str, home: str) -> None:
    """Be a worker process."""
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    database = await Database.open(url)
    workshop = Workshop(database, Path(home))
    try:
        await workshop.worker(url).serve(stopping)
    finally:
        await workshop.close()
        await database.close()
