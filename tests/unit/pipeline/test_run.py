import asyncio
import dataclasses
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from morello.jobs.pool import Pool
from morello.kernel.caller import Call, Reply
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Context, Progress
from morello.kernel.errors import BadFile, Cancelled, Fault, TimedOut, TooLarge
from morello.kernel.registry import Registry
from morello.kernel.tool import Tool
from morello.pipeline.providers.folder import FolderTools
from morello.pipeline.run import Runner
from morello.pipeline.updates import Nobody

from .conftest import TOLD, Corridor, EchoRequest, Seen, echo, slow, someone, steps, tell

SOURCE = """
import time
from collections.abc import AsyncIterator
from pydantic import BaseModel
from morello.kernel.context import Context, Fact, Progress
from morello.kernel.errors import BadFile
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.tool import Cost, tool

class Request(BaseModel):
    what: str

class Answer(BaseModel):
    who: str
    base: int

class Base:
    value = 40

def parts():
    return {Base: Base()}

@tool("room.work", title={"en": "Work.", "ko": "x"}, permission=Permission.READ_DATA,
      cost=Cost.WORKER, example={"what": "add"}, timeout_s=2.0)
async def work(
    request: Request, context: Context, base: Base
) -> AsyncIterator[Progress | Answer]:
    yield Progress(message=Message(id="test.step"), share=0.5)
    match request.what:
        case "sleep":
            time.sleep(60)
        case "grow":
            bytearray(1 << 40)
        case "break":
            raise RuntimeError("a secret of ours")
        case "refuse":
            raise BadFile("empty", name="a.csv")
        case "call":
            await context.call("room.work", {"what": "add"})
    context.record(Fact(stream="s", kind="s.done"))
    context.disclosures["sum"] = 42
    yield Answer(who=context.principal.name, base=base.value)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("worker")
    (root / "worker_tools" / "room").mkdir(parents=True)
    for package in (root / "worker_tools", root / "worker_tools" / "room"):
        (package / "__init__.py").write_text("")
    (root / "worker_tools" / "room" / "work.py").write_text(SOURCE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(root))
        patch.syspath_prepend(str(root))
        yield "worker_tools"
    for name in [name for name in sys.modules if name.startswith("worker_tools")]:
        del sys.modules[name]


@pytest.fixture
async def corridor(folder: str) -> AsyncIterator[Corridor]:
    made, pool = Corridor(), Pool(size=1, memory_max_bytes=512 << 20)
    runner = Runner(
        parts={},
        pool=pool,
        worker_parts=f"{folder}.room.work:parts",
        analysis_timeout_s=60.0,
    )
    object.__setattr__(made.pipeline, "runner", runner)
    object.__setattr__(made.pipeline, "registry", Registry([FolderTools(folder)]))
    yield made
    await pool.close()


async def test_a_worker_gives_result_facts_and_disclosures(corridor: Corridor) -> None:
    reply = await corridor.call("room.work", given={"what": "add"})
    assert reply.output.model_dump() == {"who": "Ada", "base": 40}
    assert corridor.log.kinds == ["s.done", "call.succeeded"]
    assert corridor.log.events[-1][1].versions["sum"] == 42


@pytest.mark.parametrize(
    ("what", "error"), [("break", Fault), ("refuse", BadFile), ("grow", TooLarge), ("call", Fault)]
)
async def test_what_goes_wrong_in_a_worker_is_one_clean_error(
    corridor: Corridor, what: str, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        await corridor.call("room.work", given={"what": what})
    assert "secret" not in str(caught.value)
    assert (await corridor.call("room.work", given={"what": "add"})).output.base == 40


@pytest.mark.slow
async def test_a_worker_over_its_time_is_killed(corridor: Corridor) -> None:
    with pytest.raises(TimedOut):
        await corridor.call("room.work", given={"what": "sleep"})


async def test_a_worker_is_killed_on_cancel(corridor: Corridor) -> None:
    cancellation = Cancellation()
    asyncio.get_running_loop().call_later(0.5, cancellation.cancel)
    with pytest.raises(Cancelled):
        await corridor.call("room.work", given={"what": "sleep"}, cancellation=cancellation)


async def _run(corridor: Corridor, tool: Tool, parts: dict[type, Any]) -> BaseModel:
    runner = dataclasses.replace(corridor.pipeline.runner, parts=parts)
    context = Context(
        call_id=someone().subject_id, principal=someone(), tool="x", caller=corridor.pipeline
    )
    return await runner.run(tool, EchoRequest(text="a"), context, Nobody())


async def test_a_part_that_is_missing_is_named(corridor: Corridor) -> None:
    with pytest.raises(Fault, match="Counter"):
        await _run(corridor, echo, {})


async def test_a_result_of_another_kind_is_a_fault(corridor: Corridor) -> None:
    async def lie(request: EchoRequest, context: Context) -> BaseModel:
        return request

    wrong = dataclasses.replace(echo, run=lie, parts={})
    with pytest.raises(Fault, match="EchoRequest"):
        await _run(corridor, wrong, {})


async def test_a_tool_without_a_limit_of_its_own_has_the_site_s(corridor: Corridor) -> None:
    endless = dataclasses.replace(slow, timeout_s=None)
    runner = dataclasses.replace(corridor.pipeline.runner, analysis_timeout_s=0.05)
    object.__setattr__(corridor.pipeline, "runner", runner)
    with pytest.raises(TimedOut):
        await _run(corridor, endless, {})


async def test_updates_are_never_lost_and_progress_gives_way_to_them() -> None:
    corridor, progress = Corridor(), []
    seen: list[int] = []
    call = Call(tool="test.tell", given={"text": "a"}, principal=someone())
    async for item in corridor.pipeline.stream(call):
        if not seen:
            await asyncio.sleep(0.01)  # a watcher who is slow at first
            held_up = corridor.counter.calls
        seen += [item.number] if isinstance(item, Seen) else []
        progress += [item] if isinstance(item, Progress) else []
    assert isinstance(item, Reply)
    assert seen == list(range(TOLD))
    assert held_up < TOLD, "who tells waits for who watches"
    assert len(progress) < TOLD


def test_a_tool_that_tells_more_than_progress_is_live() -> None:
    assert tell.is_live
    assert tell.updates == (Progress, Seen)
    assert not steps.is_live
    assert not echo.is_live
