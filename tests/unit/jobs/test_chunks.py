import asyncio
from pathlib import Path

import pytest

from morello.jobs.chunks import Chunks
from morello.jobs.pool import Pool
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Progress
from morello.kernel.errors import BadQuery, Cancelled, Fault


def chunks(pool: Pool, deed: str, tries_max: int = 3) -> Chunks:
    return Chunks(
        pool=pool, function=f"deeds:{deed}", at_once_max=2, timeout_s=30.0, tries_max=tries_max
    )


async def test_results_come_in_the_order_of_the_payloads(pool: Pool) -> None:
    payloads = [bytes([number]) for number in range(20)]
    told: list[Progress] = []
    assert await chunks(pool, "echo").run(payloads, report=told.append) == payloads
    assert [each.share for each in told] == [(number + 1) / 20 for number in range(20)]


async def test_nothing_gives_nothing(pool: Pool) -> None:
    assert await chunks(pool, "echo").run([]) == []


async def test_a_chunk_whose_worker_dies_is_tried_again_alone(pool: Pool, tmp_path: Path) -> None:
    marks = [str(tmp_path / name) for name in ("a", "b", "c")]
    Path(marks[0]).touch()  # noqa: ASYNC240 - a moment, in a test
    assert await chunks(pool, "die_the_first_time").run(marks) == [b"a", b"b", b"c"]


async def test_a_chunk_that_always_fails_says_which_and_why(pool: Pool) -> None:
    with pytest.raises(Fault) as failed:
        await chunks(pool, "fail", tries_max=2).run([b"x", b"y", b"z"])
    assert failed.value.message.id == "error.fault.chunk"
    told = failed.value.message.parameters
    assert (told["number"], told["count"], told["tries"]) == (1, 3, 2)
    assert told["error"].id == "error.fault.worker"
    assert "Part 1 of 3 failed 2 times" in str(failed.value)


async def test_wrong_input_is_not_tried_again(pool: Pool) -> None:
    with pytest.raises(BadQuery):
        await chunks(pool, "refuse").run(["here"])


async def test_whoever_cancels_stops_all(pool: Pool) -> None:
    cancellation = Cancellation()
    asyncio.get_running_loop().call_later(0.3, cancellation.cancel)
    with pytest.raises(Cancelled):
        await chunks(pool, "sleep").run([30.0] * 10, cancellation=cancellation)
