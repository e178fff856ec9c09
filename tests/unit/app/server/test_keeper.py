import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pydantic import SecretStr

from morello.app.server import keeper as module
from morello.app.server.charge import Charge
from morello.app.server.child import Child
from morello.app.server.keeper import Keeper
from morello.kernel.clock import SystemClock
from morello.kernel.errors import Conflict, Unavailable
from morello.kernel.messages import Message

CHARGE = Charge(database_url=SecretStr("x"), is_first=True)

pytestmark = pytest.mark.slow


class Told:
    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.changes = 0

    def changed(self) -> None:
        self.changes += 1

    def keeper(self, start: Callable[[], Awaitable[Child]]) -> Keeper:
        return Keeper(
            name="api",
            start=start,
            clock=SystemClock(),
            tell=self.messages.append,
            changed=self.changed,
        )


async def eventually(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not holds():  # noqa: ASYNC110 - it is another process that changes something
            await asyncio.sleep(0.02)


READY = """
charge = leash.charge()
leash.tell(Said.READY, link="first" if charge.is_first else "again")
time.sleep(60)
"""


async def test_one_that_dies_is_started_again_and_waits_for_nobody(begin: Any) -> None:
    told = Told()
    keeper = told.keeper(lambda: begin(READY))
    await keeper.warm()
    word = await keeper.begin(CHARGE)
    assert word.link == "first"
    assert keeper.child is not None
    dead = keeper.child.pid
    keeper.child.kill()
    await eventually(lambda: told.changes == 2)
    assert keeper.child.pid != dead
    said = [each.id for each in told.messages]
    assert said == ["server.again", "server.back"]
    assert told.messages[0].parameters["status"] == -9
    await keeper.stop(within_s=5)
    assert await keeper.child.ended() == -15


async def test_the_pause_grows_while_it_keeps_failing(
    begin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAUSE_S_FIRST", 0.01)
    monkeypatch.setattr(module, "_PAUSE_S_MAX", 0.03)
    told = Told()
    started = 0

    async def start() -> Child:
        nonlocal started
        started += 1
        child: Child = await begin(READY if started == 1 else "leash.charge(); sys.exit(4)")
        return child

    keeper = told.keeper(start)
    await keeper.warm()
    await keeper.begin(CHARGE)
    assert keeper.child is not None
    keeper.child.kill()
    await eventually(lambda: started == 4)
    keeper.kill()
    pauses = [each.parameters["pause_s"] for each in told.messages if each.id == "server.again"]
    assert pauses[:3] == [0.01, 0.02, 0.03]


async def test_what_it_fails_with_is_raised(begin: Any) -> None:
    failing = Told().keeper(
        lambda: begin("""
            leash.charge()
            leash.tell(Said.FAILED, Message(id="error.conflict.server.port"))
        """)
    )
    await failing.warm()
    with pytest.raises(Conflict):
        await failing.begin(CHARGE)


async def test_one_that_ends_without_a_word_is_no_server(begin: Any) -> None:
    mute = Told().keeper(lambda: begin("leash.charge(); sys.exit(5)"))
    await mute.warm()
    with pytest.raises(Unavailable) as caught:
        await mute.begin(CHARGE)
    assert caught.value.message.parameters == {"part": "api", "status": 5}


async def test_one_that_takes_too_long_is_given_up(
    begin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "READY_S_MAX", 0.2)
    slow = Told().keeper(lambda: begin("time.sleep(60)"))
    await slow.warm()
    with pytest.raises(Unavailable, match=r"not ready"):
        await slow.begin(CHARGE)
    assert slow.child is not None
    assert await slow.child.ended() == -9


async def test_one_that_is_stopped_while_it_starts_is_not_left_behind(begin: Any) -> None:
    told, started = Told(), asyncio.Event()

    async def start() -> Child:
        started.set()
        await asyncio.sleep(0.05)  # as long as it takes to start a process
        child: Child = await begin(READY)
        return child

    keeper = told.keeper(start)
    warming = asyncio.create_task(keeper.warm())
    await started.wait()
    warming.cancel()
    with pytest.raises(asyncio.CancelledError):
        await warming
    assert keeper.child is not None
    await keeper.stop(within_s=10)
