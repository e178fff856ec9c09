import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pydantic import BaseModel

from morello.doors.live.stream import Streams
from morello.kernel.caller import Call, Reply
from morello.kernel.context import Progress, Update
from morello.kernel.errors import Busy, MorelloError
from morello.kernel.ids import new_id
from morello.kernel.messages import Message
from morello.kernel.principal import LOCAL_PRINCIPAL

PROGRESS = Progress(message=Message(id="fake.progress"), share=0.5)


class Seen(Update):
    position: int


class Done(BaseModel):
    text: str


class FakeCaller:
    """Streams what a test gives it."""

    def __init__(self, items: Callable[[Call], AsyncIterator[Any]]) -> None:
        self._items = items
        self.closed = 0

    async def call(self, call: Call) -> Reply:
        raise AssertionError("the live door streams")

    async def stream(self, call: Call) -> AsyncIterator[Update | Reply]:
        try:
            async for item in self._items(call):
                yield item
        finally:
            self.closed += 1


class FakeWords:
    welcome = True
    asked = 0

    def output(self, output: BaseModel) -> bytes:
        return output.model_dump_json().encode()

    def problem(self, error: MorelloError) -> bytes:
        return json.dumps({"code": error.code}).encode()

    async def still_welcome(self) -> bool:
        self.asked += 1
        return self.welcome


def call() -> Call:
    return Call(tool="fake.tool", given={}, principal=LOCAL_PRINCIPAL)


async def told(items: Callable[[Call], AsyncIterator[Any]], **more: Any) -> list[str]:
    streams = Streams(FakeCaller(items), **more)
    return [each.decode() async for each in streams.events(call(), FakeWords())]


async def test_updates_and_the_result_go_under_their_names() -> None:
    async def items(call: Call) -> AsyncIterator[Any]:
        yield PROGRESS
        yield Seen(position=7)
        yield Reply(call_id=call.call_id, event_id=new_id(), output=Done(text="a\n\ndata: b"))

    retry, progress, seen, result = await told(items)
    assert retry == "retry: 2000\n\n"
    assert progress.startswith("event: progress\ndata: {")
    assert seen == 'event: seen\nid: 7\ndata: {"position":7}\n\n'
    kind, data, *rest = result.split("\n")
    assert kind == "event: result"
    assert rest == ["", ""]
    assert json.loads(data.removeprefix("data: "))["output"] == {"text": "a\n\ndata: b"}


@pytest.mark.parametrize(
    ("error", "code"), [(Busy("rate", amount=1), "busy"), (RuntimeError("ours"), "fault")]
)
async def test_what_goes_wrong_is_a_problem_and_the_last_word(error: Exception, code: str) -> None:
    async def items(call: Call) -> AsyncIterator[Any]:
        yield PROGRESS
        raise error

    *_, last = await told(items)
    assert last == f'event: problem\ndata: {{"code": "{code}"}}\n\n'


async def test_a_silent_call_says_that_it_is_still_there() -> None:
    async def items(call: Call) -> AsyncIterator[Any]:
        await asyncio.sleep(0.1)
        yield Reply(call_id=call.call_id, event_id=new_id(), output=Done(text=""))

    said = await told(items, heartbeat_s=0.02)
    assert said[1] == ": still here\n\n"
    assert said[-1].startswith("event: result")


@pytest.mark.parametrize("busy", [True, False])
async def test_who_is_no_longer_welcome_is_told_no_more(*, busy: bool) -> None:
    async def items(call: Call) -> AsyncIterator[Any]:
        for position in range(1_000_000):
            await asyncio.sleep(0.001 if busy else 60)
            yield Seen(position=position)

    caller, words = FakeCaller(items), FakeWords()
    streams, said = Streams(caller, heartbeat_s=0.03), list[bytes]()
    async with asyncio.timeout(5):
        async for each in streams.events(call(), words):
            said.append(each)
            words.welcome = words.asked < 1
    assert words.asked == 2
    assert caller.closed == 1


async def test_leaving_the_stream_ends_the_call() -> None:
    async def items(call: Call) -> AsyncIterator[Any]:
        for position in range(1_000_000):
            yield Seen(position=position)

    caller, asked = FakeCaller(items), call()
    stream = Streams(caller).events(asked, FakeWords())
    for _ in range(3):
        await anext(stream)
    await stream.aclose()
    assert caller.closed == 1
    assert asked.cancellation.is_set


async def test_a_reader_who_does_not_keep_up_holds_the_call_up() -> None:
    made = 0

    async def items(call: Call) -> AsyncIterator[Any]:
        nonlocal made
        for position in range(1_000_000):
            made += 1
            yield Seen(position=position)

    stream = Streams(FakeCaller(items)).events(call(), FakeWords())
    await anext(stream)
    await anext(stream)
    await asyncio.sleep(0.05)
    assert made < 50
    await stream.aclose()
