"""A corridor of real steps around fake parts, and a few small tools to send through it."""

import asyncio
import datetime
import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field
from sqlglot import exp, parse_one

from morello.data.catalog.version import Lineage, PinnedVersion
from morello.identity.approvals import MemoryApprovals
from morello.kernel.caller import Call
from morello.kernel.clock import StoppedClock
from morello.kernel.context import Context, Fact, Progress, Update
from morello.kernel.errors import NotFound
from morello.kernel.messages import Message
from morello.kernel.permission import Permission, Role
from morello.kernel.principal import Effect, Principal
from morello.kernel.protocols.unit import Unit
from morello.kernel.registry import Listed, Registry
from morello.kernel.settings import Settings
from morello.kernel.tool import Cached, Tool, Uses, tool
from morello.kernel.values import DataRef
from morello.pipeline.admit import Admission
from morello.pipeline.authorize import Authority
from morello.pipeline.call import Pipeline
from morello.pipeline.recall import Memory
from morello.pipeline.record import Recorder
from morello.pipeline.resolve import Resolver
from morello.pipeline.run import Runner

ORGANIZATION = uuid.UUID(int=1)
OTHER_ORGANIZATION = uuid.UUID(int=2)
NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


def someone(role: Role = Role.DATA_SCIENTIST, **changes: Any) -> Principal:
    fields = {"organization_id": ORGANIZATION, "subject_id": uuid.UUID(int=7), "name": "Ada"}
    return Principal(**{**fields, "role": role, **changes})


class FakeLog:
    """Keeps what was appended, per organization."""

    def __init__(self) -> None:
        self.events: list[tuple[uuid.UUID, Any]] = []

    async def append(
        self, organization_id: uuid.UUID, events: Sequence[Any], unit: Unit | None = None
    ) -> Sequence[Any]:
        if unit is not None:
            await unit.commit()
        self.events += [(organization_id, event) for event in events]
        return events

    @property
    def kinds(self) -> list[str]:
        return [event.kind for _, event in self.events]


class FakePinner:
    """Knows the dataset `orders` of the first organization."""

    def __init__(self) -> None:
        self.version = "a" * 64

    async def pin(self, principal: Principal, ref: DataRef) -> PinnedVersion:
        if principal.organization_id != ORGANIZATION or ref.dataset != "orders":
            raise NotFound("dataset", name=str(ref))
        return PinnedVersion(
            organization_id=principal.organization_id,
            dataset_id=uuid.UUID(int=9),
            dataset=ref.dataset,
            version=self.version,
            rows=3,
            columns=(),
            files=(),
            folder=Path("/nowhere"),
            key=b"",
            lineage=Lineage(how="import"),
        )


class FakeParser:
    def parse(self, sql: str) -> exp.Query:
        tree = parse_one(sql, read="duckdb")
        assert isinstance(tree, exp.Query)
        return tree

    def tables(self, tree: exp.Query) -> set[str]:
        return {table.name for table in tree.find_all(exp.Table)}


class EchoRequest(BaseModel):
    text: str = Field(max_length=10)
    data: DataRef | None = None
    sql: str | None = None


class EchoResult(BaseModel):
    text: str
    calls: int


class Counter:
    """A part: counts how often tools really ran."""

    def __init__(self) -> None:
        self.calls = 0
        self.started = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()


def _uses(request: EchoRequest) -> Uses:
    return Uses(data=(request.data,) if request.data else (), sql=request.sql)


_TITLE = {"en": "A tool for tests.", "ko": "시험용 도구입니다."}


@tool("test.echo", title=_TITLE, permission=Permission.READ_DATA, example={"text": "a"}, uses=_uses)
async def echo(request: EchoRequest, context: Context, counter: Counter) -> EchoResult:
    counter.calls += 1
    counter.started.set()
    await counter.gate.wait()
    return EchoResult(text=request.text, calls=counter.calls)


@tool(
    "test.disclose",
    title=_TITLE,
    permission=Permission.READ_DATA,
    example={"text": "a"},
    uses=_uses,
)
async def disclose(request: EchoRequest, context: Context) -> EchoResult:
    context.disclosures["sql"] = request.sql
    return EchoResult(text=request.text, calls=0)


@tool(
    "test.cached",
    title=_TITLE,
    permission=Permission.READ_DATA,
    example={"text": "a"},
    uses=_uses,
    cached=Cached(ttl_s=60),
)
async def cached(request: EchoRequest, context: Context, counter: Counter) -> EchoResult:
    counter.calls += 1
    return EchoResult(text=request.text, calls=counter.calls)


@tool(
    "test.write",
    title=_TITLE,
    permission=Permission.WRITE_DATA,
    effect=Effect.WRITES,
    example={"text": "a"},
)
async def write(request: EchoRequest, context: Context, counter: Counter) -> EchoResult:
    counter.calls += 1
    context.record(Fact(stream="thing:1", kind="thing.written", body={"text": request.text}))
    if request.text == "break":
        raise RuntimeError("a secret of ours")
    return EchoResult(text=request.text, calls=counter.calls)


@tool("test.steps", title=_TITLE, permission=Permission.READ_DATA, example={"text": "a"})
async def steps(
    request: EchoRequest, context: Context, counter: Counter
) -> AsyncIterator[Progress | EchoResult]:
    for step in range(3):
        yield Progress(message=Message(id="test.step"), share=step / 3)
    await counter.gate.wait()
    yield EchoResult(text=request.text, calls=0)


class Seen(Update):
    number: int


TOLD = 1_000


@tool("test.tell", title=_TITLE, permission=Permission.READ_DATA, example={"text": "a"})
async def tell(
    request: EchoRequest, context: Context, counter: Counter
) -> AsyncIterator[Progress | Seen | EchoResult]:
    for number in range(TOLD):
        counter.calls += 1
        yield Progress(message=Message(id="test.step"), share=number / TOLD)
        yield Seen(number=number)
    yield EchoResult(text=request.text, calls=counter.calls)


@tool("test.parent", title=_TITLE, permission=Permission.READ_DATA, example={"text": "a"})
async def parent(request: EchoRequest, context: Context) -> EchoResult:
    result = await context.call(request.text, {"text": "child"})
    assert isinstance(result, EchoResult)
    return result


@tool(
    "test.slow",
    title=_TITLE,
    permission=Permission.READ_DATA,
    example={"text": "a"},
    timeout_s=0.05,
)
async def slow(request: EchoRequest, context: Context) -> EchoResult:
    await asyncio.sleep(10)
    return EchoResult(text="late", calls=0)


@tool(
    "test.long",
    title=_TITLE,
    permission=Permission.READ_DATA,
    example={"text": "a"},
    timeout_s=None,
)
async def long(request: EchoRequest, context: Context) -> EchoResult:
    return EchoResult(text=request.text, calls=0)


class FakeTools:
    def __init__(self, *tools: Tool) -> None:
        self._tools = {each.name: each for each in tools}

    def listed(self, organization_id: uuid.UUID) -> list[Listed]:
        return [
            Listed(each.name, each.title, each.effect, each.cost, str(each.permission.name))
            for each in self._tools.values()
        ]

    def find(self, name: str, organization_id: uuid.UUID) -> Tool | None:
        return self._tools.get(name)


class NoPool:
    """Fails the test when a tool wants a worker."""


class Corridor:
    """The pipeline and the fakes it stands on."""

    def __init__(self, **changes: Any) -> None:
        self.settings = Settings(**{"rate_per_s": 1000.0, **changes})
        self.log, self.pinner, self.counter = FakeLog(), FakePinner(), Counter()
        self.clock = StoppedClock(NOW)
        self.approvals = MemoryApprovals(self.clock)
        tools = FakeTools(echo, disclose, cached, write, steps, tell, parent, slow, long)
        self.pipeline = Pipeline(
            registry=Registry([tools]),
            resolver=Resolver(self.pinner, FakeParser()),
            authority=Authority(self.approvals),
            admission=Admission(self.settings, self.clock),
            memory=Memory(1 << 20),
            runner=Runner(
                parts={Counter: self.counter},
                pool=NoPool(),  # type: ignore[arg-type] # nothing here runs in a worker
                worker_parts="",
                analysis_timeout_s=60.0,
            ),
            recorder=Recorder(log=self.log, clock=self.clock),  # type: ignore[arg-type] # a fake
        )

    async def call(self, name: str, text: str = "hi", **changes: Any) -> Any:
        fields = {"principal": someone(), "given": {"text": text}}
        return await self.pipeline.call(Call(tool=name, **{**fields, **changes}))


@pytest.fixture
def corridor() -> Corridor:
    return Corridor()
