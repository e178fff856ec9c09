import asyncio
from collections.abc import Awaitable, Callable

import pytest

from morello.identity import known as module
from morello.identity.known import FRESH_S, Known
from morello.kernel.clock import StoppedClock
from morello.kernel.errors import Unauthenticated
from morello.kernel.principal import LOCAL_PRINCIPAL, Principal


class Source:
    """Answers, counts, and waits for a gate."""

    def __init__(self, lasts_s: float = 60.0) -> None:
        self.asked = 0
        self.lasts_s = lasts_s
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None

    async def __call__(self) -> tuple[Principal, float]:
        self.asked += 1
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return LOCAL_PRINCIPAL, self.lasts_s


Look = Callable[[], Awaitable[tuple[Principal, float]]]


async def test_an_answer_is_believed_for_a_moment(clock: StoppedClock) -> None:
    known, source = Known(clock), Source()
    assert known.get("a") is None
    assert await known.find("a", source) == LOCAL_PRINCIPAL
    clock.advance(FRESH_S - 0.001)
    assert known.get("a") == LOCAL_PRINCIPAL
    clock.advance(0.001)
    assert known.get("a") is None


async def test_it_is_not_believed_beyond_its_end(clock: StoppedClock) -> None:
    known = Known(clock)
    await known.find("a", Source(lasts_s=0.5))
    clock.advance(0.5)
    assert known.get("a") is None


async def test_many_who_ask_at_once_look_once(clock: StoppedClock) -> None:
    known, source = Known(clock), Source()
    await asyncio.gather(*(known.find("a", source) for _ in range(20)))
    assert source.asked == 1


async def test_what_is_refused_is_not_remembered(clock: StoppedClock) -> None:
    known, source = Known(clock), Source()
    source.error = Unauthenticated("key")
    answers = await asyncio.gather(
        *(known.find("a", source) for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(each, Unauthenticated) for each in answers)
    source.error = None
    assert await known.find("a", source) == LOCAL_PRINCIPAL
    assert source.asked == 2


async def test_what_was_read_before_a_change_is_not_believed_after_it(
    clock: StoppedClock,
) -> None:
    known, source = Known(clock), Source()
    source.gate.clear()
    asking = asyncio.create_task(known.find("a", source))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    known.empty()
    source.gate.set()
    await asking
    assert known.get("a") is None
    later = Source()
    await known.find("a", later)
    assert later.asked == 1


async def test_one_who_gives_up_takes_nobody_along(clock: StoppedClock) -> None:
    known, source = Known(clock), Source()
    source.gate.clear()
    first, second = (asyncio.create_task(known.find("a", source)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    source.gate.set()
    assert await second == LOCAL_PRINCIPAL
    assert source.asked == 1


async def test_the_oldest_give_way(clock: StoppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KNOWN_MAX", 2)
    known = Known(clock)
    for each in "abc":
        await known.find(each, Source())
    assert [known.get(each) is not None for each in "abc"] == [False, True, True]
