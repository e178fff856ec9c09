"""A fake installation: a registry of a few fake tools, and a caller that runs them at once."""

import asyncio
import copy
import dataclasses
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, BeforeValidator, Field

from morello.doors.cli.program import run
from morello.kernel.caller import Call, Reply
from morello.kernel.context import Progress
from morello.kernel.ids import new_id
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.registry import Listed, Registry
from morello.kernel.settings import Settings
from morello.kernel.tool import Tool, tool
from morello.kernel.values import Blob, Column, DataRef, Table

WORDS = {"en": "A fake tool.", "ko": "시험용 도구입니다."}


class Anything(BaseModel):
    """Whatever a test wants to give."""

    model_config = {"extra": "allow"}


class ImportRequest(BaseModel):
    file: Blob = Field(description="The file.")
    name: str | None = Field(default=None, description="Name of the dataset.")


class PreviewRequest(BaseModel):
    data: DataRef = Field(description="The dataset.")
    rows_max: int = Field(default=10, description="How many rows.")
    columns: list[str] = Field(default=[], description="Which columns.")
    exact: bool = Field(default=False, description="Whether to count exactly.")
    filter: dict[str, Any] | None = Field(default=None, description="What to leave out.")
    language: str = Field(default="en", description="Language of the answer.")


class EventRequest(BaseModel):
    event: str


def pasted(value: Any) -> Any:
    return {"name": "pasted", "text": value} if isinstance(value, str) else value


class VerifyRequest(BaseModel):
    receipt: Annotated[Blob, BeforeValidator(pasted)]
    key: str | None = None
    evidence: Blob | None = None
    file: Blob | None = None


@tool("fake.anything", title=WORDS, permission=Permission.READ_DATA, example={"a": 1})
async def anything(request: Anything, context: Any) -> Anything:
    return request


@tool("data.import", title=WORDS, permission=Permission.WRITE_DATA, example={"name": "orders"})
async def import_file(request: ImportRequest, context: Any) -> Anything:
    return Anything(dataset="orders", rows_read=1, rows_rejected=0)


@tool(
    "data.preview",
    title={"en": "Show the first rows.", "ko": "첫 행들을 보여줍니다."},
    permission=Permission.READ_DATA,
    example={"data": "orders", "rows_max": 3, "filter": {"branch": "Harbour"}},
)
async def preview(request: PreviewRequest, context: Any) -> Table:
    columns = [Column(name="what", type="string"), Column(name="value", type="string")]
    rows = [[name, str(value)] for name, value in request.model_dump().items()]
    return Table(columns=columns, rows=rows, truncated=True)


@tool("insights.report", title=WORDS, permission=Permission.ANALYZE, example={})
async def report(request: Anything, context: Any) -> Blob:
    return Blob.of("report.html", b"<p>report</p>", "text/html")


@tool("insights.analyze_file", title=WORDS, permission=Permission.ANALYZE, example={"name": "a"})
async def analyze_file(request: ImportRequest, context: Any) -> Anything:
    return Anything(**ANALYZED | {"size": request.file.size})


class DecideRequest(BaseModel):
    approval: str


@tool("fake.decide", title=WORDS, permission=Permission.APPROVE, example={"approval": "x"})
async def decide(request: DecideRequest, context: Any) -> Anything:
    return Anything(approved=request.approval)


@tool("audit.receipt", title=WORDS, permission=Permission.VERIFY, example={"event": "1"})
async def receipt(request: EventRequest, context: Any) -> Anything:
    return Anything(text="proof\n", evidence='{"event":"x"}', public_key="local+1+key")


@tool(
    "audit.verify",
    title=WORDS,
    permission=Permission.VERIFY,
    example={"receipt": "proof\n", "key": "k"},
)
async def verify(request: VerifyRequest, context: Any) -> Anything:
    said = [Message(id="fake.said", parameters={})]
    with request.receipt.open() as stream:
        return Anything(ok=stream.read() == b"proof\n", proven=said, not_proven=said)


def finding(group: str, identifier: str, *, q_value: float | None, score: float) -> dict[str, Any]:
    return {
        "id": identifier,
        "group": group,
        "message": {"id": f"fake.{identifier}", "parameters": {"share": 0.5}},
        "score": score,
        "coverage": 0.25,
        "q_value": q_value,
        "caveats": [],
    }


ANALYZED: dict[str, Any] = {
    "analysis": {
        "dataset": "orders",
        "version": "ab" * 32,
        "rows": 2,
        "columns": 3,
        "rows_read": 2,
        "rows_rejected": 5,
        "outliers": [finding("outliers", "one", q_value=0.00001, score=0.4)],
        "patterns": [
            finding("patterns", f"p{index}", q_value=0.02, score=index / 10) for index in range(7)
        ],
        "business_insights": [finding("business", "three", q_value=None, score=0.9)],
        "quality": [],
        "model_suggestions": [
            {"message": {"id": "fake.model", "parameters": {}}, "worth": 0.3, "target": "amount"}
        ],
        "most_important": ["three", "p6", "p5", "one", "p4"],
        "nothing_noteworthy": False,
        "tests_made": 12,
        "false_discovery_rate": 0.05,
        "notes": [
            {"id": "insight.fake.note", "parameters": {}},
            {"id": "profile.fake.note", "parameters": {}},
        ],
    },
    "imported": {
        "rejected": [
            {
                "line": 7,
                "reason": {
                    "id": "data.rejected.fields",
                    "parameters": {"fields": 3, "expected": 2},
                },
                "text": "a,\x1b[31mb",
            }
        ]
        * 5
    },
}

TOOLS: tuple[Tool, ...] = (
    anything,
    decide,
    import_file,
    preview,
    report,
    analyze_file,
    receipt,
    verify,
)


@dataclasses.dataclass
class FakeProvider:
    tools: tuple[Tool, ...] = TOOLS

    def listed(self, organization_id: uuid.UUID) -> Iterable[Listed]:
        for each in self.tools:
            yield Listed(
                name=each.name,
                title=each.title,
                effect=each.effect,
                cost=each.cost,
                permission=str(each.permission.name),
            )

    def find(self, name: str, organization_id: uuid.UUID) -> Tool | None:
        return next((each for each in self.tools if each.name == name), None)


@dataclasses.dataclass
class FakeCaller:
    registry: Registry
    calls: list[Call] = dataclasses.field(default_factory=list)
    before: Callable[[Call], None] = lambda _: None
    """Runs before each call: raises, waits, interrupts."""
    wait_s: float = 0.0

    async def call(self, call: Call) -> Reply:
        raise AssertionError("the door streams")

    async def stream(self, call: Call) -> AsyncIterator[Progress | Reply]:
        self.calls.append(call)
        found = self.registry.find(call.tool, call.principal.organization_id)
        request = found.validate(call.given)
        yield Progress(message=Message(id="fake.progress"), share=0.5)
        self.before(call)
        await asyncio.sleep(self.wait_s)
        call.cancellation.check()
        yield Progress(message=Message(id="fake.almost"), share=0.9)
        output = await found.run(request, None)
        yield Reply(call_id=call.call_id, event_id=new_id(), output=output)


class FakeInstallation:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.registry = Registry([FakeProvider()])
        self.caller = FakeCaller(self.registry)
        self.closed = False

    async def close(self) -> None:
        self.closed = True


class Shell:
    """Runs command lines against one fake installation."""

    def __init__(self) -> None:
        self.opened: list[FakeInstallation] = []
        self.installation = FakeInstallation(Settings.load())

    def open(self, settings: Settings) -> FakeInstallation:
        self.opened.append(self.installation)
        return self.installation

    def __call__(self, *arguments: str) -> int:
        return run(self.open, arguments)

    @property
    def calls(self) -> list[Call]:
        return self.installation.caller.calls


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """Our logger, which goes back to what it was."""
    logger = logging.getLogger("morello")
    handlers, propagate = logger.handlers[:], logger.propagate
    yield logger
    for each in set(logger.handlers) - set(handlers):
        each.close()
    logger.handlers, logger.propagate = handlers, propagate


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logger: logging.Logger) -> Shell:
    for variable in ("LANG", "LC_ALL", "LC_MESSAGES", "MORELLO_LANGUAGE", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("MORELLO_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return Shell()


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    return path


@pytest.fixture
def analyzed() -> dict[str, Any]:
    return copy.deepcopy(ANALYZED)


@pytest.fixture
def preview_tool() -> Tool:
    return preview
