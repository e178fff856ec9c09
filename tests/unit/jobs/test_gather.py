import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest

from morello.jobs.gather import gather_with_concurrency


class Gauge:
    """Counts what runs at once."""

    def __init__(self) -> None:
        self.running = 0
        self.most = 0
        self.made = 0

    async def work(self, number: int) -> int:
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        return number * number


async def test_results_come_in_order() -> None:
    gauge = Gauge()
    assert await gather_with_concurrency(3, (gauge.work(n) for n in range(10))) == [
        n * n for n in range(10)
    ]


@pytest.mark.parametrize("limit", [1, 2, 7])
async def test_never_more_than_the_limit_at_once(limit: int) -> None:
    gauge = Gauge()
    await gather_with_concurrency(limit, [gauge.work(n) for n in range(50)])
    assert gauge.most == limit


async def test_takes_only_as_fast_as_it_works() -> None:
    gauge = Gauge()

    def make() -> Iterator[Coroutine[Any, Any, int]]:
        for number in range(1000):
            gauge.made += 1
            assert gauge.made - number <= 1
            yield watch(number)

    done = 0

    async def watch(number: int) -> int:
        nonlocal done
        assert gauge.made - done <= 4
        await asyncio.sleep(0)
        done += 1
        return number

    assert len(await gather_with_concurrency(4, make())) == 1000


async def test_nothing_gives_nothing() -> None:
    assert await gather_with_concurrency(2, []) == []


async def test_the_first_error_stops_the_rest() -> None:
    started: list[int] = []

    async def work(number: int) -> int:
        started.append(number)
        await asyncio.sleep(0)
        if number == 1:
            raise ValueError(number)
        await asyncio.sleep(60)
        return number

    with pytest.raises(ValueError, match="1"):
        await gather_with_concurrency(2, [work(n) for n in range(100)])
    assert started == [0, 1]


async def test_cancelling_stops_the_rest() -> None:
    sleeps = [asyncio.sleep(60) for _ in range(9)]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(gather_with_concurrency(2, sleeps), 0.01)
