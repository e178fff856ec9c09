"""Run many awaitables with only a few at a time, and stop all when one fails."""

import asyncio
import inspect
from collections.abc import Awaitable, Iterable, Iterator
from typing import TypeVar

Result = TypeVar("Result")


async def gather_with_concurrency(
    limit: int, awaitables: Iterable[Awaitable[Result]]
) -> list[Result]:
    """Return the results in order, with at most `limit` running at once.

    `awaitables` is taken from only as fast as places come free, so a generator of a million
    coroutines never has more than `limit` of them in memory. When one raises, the others are
    cancelled and waited for, and its error is raised.
    """
    assert limit > 0
    results: dict[int, Result] = {}
    source = iter(awaitables)
    numbered = enumerate(source)

    async def take() -> None:
        for index, awaitable in numbered:
            results[index] = await awaitable

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(limit):
                group.create_task(take())
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    finally:
        _close(source)
    return [results[index] for index in range(len(results))]


def _close(source: Iterator[Awaitable[Result]]) -> None:
    """Let go of what was never started, so that nothing warns of it later."""
    if inspect.isgenerator(source):
        source.close()
        return
    for awaitable in source:
        if inspect.iscoroutine(awaitable):
            awaitable.close()
