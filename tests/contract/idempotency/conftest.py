"""Corridors of several processes over one store of first answers; tools with counted effects."""

import asyncio
import dataclasses
import datetime
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from morello.data.engine.parser import SqlParser
from morello.identity.approvals import MemoryApprovals
from morello.kernel.caller import Call, Reply
from morello.kernel.clock import StoppedClock
from morello.kernel.context import Context, Fact
from morello.kernel.ids import new_id
from morello.kernel.permission import Permission, Role
from morello.kernel.principal import Effect, Principal
from morello.kernel.protocols.unit import NoUnit, Unit
from morello.kernel.registry import Listed, Registry
from morello.kernel.settings import Settings
from morello.kernel.tool import Tool, tool
from morello.kernel.values import Blob
from morello.kernel.values.credential import Credential, CredentialKind
from morello.pipeline.admit import Admission
from morello.pipeline.authorize import Authority
from morello.pipeline.call import Pipeline
from morello.pipeline.idempotency.answers import Answers, MemoryAnswers
from morello.pipeline.idempotency.postgres_answers import PostgresAnswers
from morello.pipeline.recall import Memory
from morello.pipeline.record import Recorder
from morello.pipeline.resolve import Resolver
from morello.pipeline.run import Runner
from morello.storage.postgres.database import Database

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
_TITLE = {"en": "A tool for tests.", "ko": "시험용 도구입니다."}


class Thing(BaseModel):
    name: str


class Made(BaseModel):
    thing: Thing
    number: int


class Shown(BaseModel):
    name: str
    credentials: list[Credential]


class Effects:
    """What tools did: rows that are committed with their call where there is a database."""

    def __init__(self, database: Database | None) -> None:
        self.runs = 0
        self.runs_wanted = 1
        """Nobody goes on before so many have begun."""
        self._begun = asyncio.Event()
        self._database = database
        self._committed: list[str] = []

    async def do(self, context: Context, name: str) -> None:
        self.runs += 1
        name = f"{name} {self.runs}"
        if self.runs >= self.runs_wanted:
            self._begun.set()
        await self._begun.wait()
        if self._database is None:
            context.after_record.append(lambda: self._committed.append(name))
            return
        organization_id = context.principal.organization_id
        async with self._database.transaction(organization_id) as connection:
            await connection.execute(
                "insert into dataset (organization_id, id, name, created_at, created_by)"
                " values (%s, %s, %s, %s, %s)",
                (organization_id, new_id(), name, NOW, new_id()),
            )

    async def count(self, organization_id: uuid.UUID) -> int:
        if self._database is None:
            return len(self._committed)
        query = "select count(*) as n from dataset"
        rows: list[dict[str, Any]] = await self._database.fetch(organization_id, query)
        return int(rows[0]["n"])


@tool(
    "test.make",
    title=_TITLE,
    permission=Permission.WRITE_DATA,
    effect=Effect.WRITES,
    example={"name": "a"},
)
async def make(request: Thing, context: Context, effects: Effects) -> Made:
    await effects.do(context, request.name)
    context.record(Fact(stream=f"thing:{context.call_id}", kind="thing.made"))
    return Made(thing=request, number=effects.runs)


@tool(
    "test.show",
    title=_TITLE,
    permission=Permission.WRITE_DATA,
    effect=Effect.WRITES,
    example={"name": "a"},
)
async def show(request: Thing, context: Context, effects: Effects) -> Shown:
    await effects.do(context, request.name)
    secret = Credential(kind=CredentialKind.KEY, secret=SecretStr("canary-secret"))
    return Shown(name=request.name, credentials=[secret])


@tool(
    "test.draw",
    title=_TITLE,
    permission=Permission.WRITE_DATA,
    effect=Effect.WRITES,
    example={"name": "a"},
)
async def draw(request: Thing, context: Context, effects: Effects) -> Blob:
    await effects.do(context, request.name)
    return Blob.of("a.txt", b"canary-secret", "text/plain")


class Tools:
    def listed(self, organization_id: uuid.UUID) -> list[Listed]:
        return []

    def find(self, name: str, organization_id: uuid.UUID) -> Tool | None:
        return {each.name: each for each in (make, show, draw)}.get(name)


class FakeLog:
    """Commits the unit, and keeps what was appended."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    async def append(
        self, organization_id: uuid.UUID, events: Sequence[Any], unit: Unit | None = None
    ) -> Sequence[Any]:
        if unit is not None:
            await unit.commit()
        self.events += events
        return events


@dataclasses.dataclass
class Site:
    """An installation of one or more processes."""

    clock: StoppedClock
    answers: Answers
    effects: Effects
    database: Database | None
    log: FakeLog
    organization_id: uuid.UUID

    def process(self) -> Pipeline:
        """A corridor that shares what is durable with the others, and nothing else."""
        settings = Settings(rate_per_s=1000.0)
        nothing: Any = None
        log: Any = self.log
        return Pipeline(
            registry=Registry([Tools()]),
            resolver=Resolver(nothing, SqlParser()),
            authority=Authority(MemoryApprovals(self.clock)),
            admission=Admission(settings, self.clock, answers=self.answers),
            memory=Memory(1 << 20),
            runner=Runner(
                parts={Effects: self.effects},
                pool=nothing,
                worker_parts="",
                analysis_timeout_s=60.0,
            ),
            recorder=Recorder(log=log, clock=self.clock),
            unit=self.database.unit if self.database is not None else NoUnit,
        )

    def call(self, name: str = "test.make", key: str = "k", **changes: Any) -> Call:
        principal = Principal(
            organization_id=self.organization_id,
            subject_id=changes.pop("subject_id", uuid.UUID(int=7)),
            name="Ada",
            role=Role.DATA_SCIENTIST,
        )
        given = changes.pop("given", {"name": "a"})
        return Call(tool=name, given=given, principal=principal, idempotency_key=key, **changes)

    async def answer(self, name: str = "test.make", key: str = "k", **changes: Any) -> Reply:
        return await self.process().call(self.call(name, key, **changes))


@pytest.fixture(params=["memory", "postgres"])
def site(request: pytest.FixtureRequest) -> Site:
    clock, database, organization_id = StoppedClock(NOW), None, uuid.UUID(int=1)
    answers: Answers = MemoryAnswers(clock)
    if request.param == "postgres":
        database = request.getfixturevalue("database")
        answers = PostgresAnswers(database, clock)
    return Site(clock, answers, Effects(database), database, FakeLog(), organization_id)
