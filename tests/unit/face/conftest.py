"""A fake installation for the Python face."""

import asyncio
import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from morello.face.runtime import Runtime
from morello.kernel.caller import Call, Reply
from morello.kernel.ids import new_id
from morello.kernel.messages import Message
from morello.kernel.registry import Registry
from morello.kernel.settings import Settings
from morello.kernel.values import Blob


class Anything(BaseModel):
    model_config = {"extra": "allow"}


class Finding(BaseModel):
    id: str
    message: Message
    caveats: list[Message] = []
    score: float = 0.5


class Analysis(BaseModel):
    dataset: str = "orders"
    version: str = "ab" * 32
    columns: int = 2
    rows_read: int = 2
    rows_rejected: int = 1
    outliers: list[Finding] = []
    patterns: list[Finding] = [Finding(id="p", message=Message(id="cli.summary.quality"))]
    business_insights: list[Finding] = []
    quality: list[Finding] = []
    model_suggestions: list[Finding] = []
    nothing_noteworthy: bool = False
    profile: dict[str, Any] = {}

    @property
    def findings(self) -> list[Finding]:
        return self.patterns


class Analyzed(BaseModel):
    analysis: Analysis = Analysis()
    imported: dict[str, Any] = {}


class Verdict(BaseModel):
    ok: bool
    proven: list[Message] = [Message(id="cli.verify.proven")]
    not_proven: list[Message] = [Message(id="cli.verify.not_proven")]


ANSWERS: dict[str, Any] = {
    "insights.analyze_file": lambda _: Analyzed(),
    "insights.report": lambda _: Blob.of("r.html", b"<p>", "text/html"),
    "audit.receipt": lambda _: Anything(text="proof", evidence="{}", public_key="k"),
    "audit.verify": lambda given: Verdict(ok=given["key"] == "k"),
    "fake.anything": lambda given: Anything(**given),
}


@dataclasses.dataclass
class FakeCaller:
    calls: list[Call] = dataclasses.field(default_factory=list)
    wait_s: float = 0.0

    async def call(self, call: Call) -> Reply:
        self.calls.append(call)
        for _ in range(int(self.wait_s * 100)):
            call.cancellation.check()
            await asyncio.sleep(0.01)
        assert isinstance(call.given, dict)
        output = ANSWERS[call.tool](call.given)
        return Reply(call_id=call.call_id, event_id=new_id(), output=output)

    def stream(self, call: Call) -> Any:
        raise AssertionError("Python waits for the end")


class FakeInstallation:
    def __init__(self) -> None:
        self.settings = Settings()
        self.registry = Registry([])
        self.caller = FakeCaller()
        self.closed = 0

    async def close(self) -> None:
        await asyncio.to_thread(lambda: None)
        self.closed += 1


@pytest.fixture
def installation() -> FakeInstallation:
    return FakeInstallation()


@pytest.fixture
def runtime(installation: FakeInstallation) -> Iterator[Runtime]:
    runtime = Runtime(lambda: installation)
    yield runtime
    runtime.close()
