import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable

from pydantic import BaseModel

from morello.app.server.process.draining import Draining
from morello.kernel.caller import Call, Reply
from morello.kernel.context import Context, Progress, Update
from morello.kernel.errors import Cancelled
from morello.kernel.ids import new_id
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.registry import Listed, Registry
from morello.kernel.tool import Tool, tool

WORDS = {"en": "A tool.", "ko": "도구입니다."}


class Nothing(BaseModel):
    pass


class Happened(Update):
    pass


@tool("fake.watch", title=WORDS, permission=Permission.READ_DATA, example={})
async def watch(request: Nothing, context: Context) -> AsyncIterator[Happened | Nothing]:
    yield Nothing()


@tool("fake.work", title=WORDS, permission=Permission.READ_DATA, example={})
async def work(request: Nothing, context: Context) -> AsyncIterator[Progress | Nothing]:
    yield Nothing()


class Tools:
    def listed(self, organization_id: uuid.UUID) -> Iterable[Listed]:
        return ()

    def find(self, name: str, organization_id: uuid.UUID) -> Tool | None:
        return next((each for each in (watch, work) if each.name == name), None)


class Patient:
    """Tells something at once and answers a little later, unless it is cancelled."""

    async def call(self, call: Call) -> Reply:
        return Reply(call_id=call.call_id, event_id=new_id(), output=Nothing())

    async def stream(self, call: Call) -> AsyncIterator[Update | Reply]:
        yield Progress(message=Message(id="fake.progress"))
        await asyncio.sleep(0.05)
        call.cancellation.check()
        yield await self.call(call)


def a_call(name: str) -> Call:
    return Call(tool=name, given={}, principal=LOCAL_PRINCIPAL)


async def ending(draining: Draining, name: str) -> str:
    try:
        items = [type(each).__name__ async for each in draining.stream(a_call(name))]
    except Cancelled:
        return "cancelled"
    return items[-1]


async def test_what_works_is_finished_and_what_watches_is_ended() -> None:
    draining = Draining(Patient(), Registry([Tools()]))
    both = asyncio.gather(ending(draining, "fake.watch"), ending(draining, "fake.work"))
    await asyncio.sleep(0.01)
    draining.end()
    assert list(await both) == ["cancelled", "Reply"]
    assert await ending(draining, "fake.watch") == "cancelled", "also who comes late"


async def test_before_that_nothing_is_changed() -> None:
    draining = Draining(Patient(), Registry([Tools()]))
    assert await ending(draining, "fake.watch") == "Reply"
    assert await ending(draining, "fake.nothing") == "Reply"
    assert isinstance(await draining.call(a_call("fake.work")), Reply)
