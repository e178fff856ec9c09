import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from morello.jobs import pool as module
from morello.jobs.pool import Pool
from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import (
    BadQuery,
    Busy,
    Cancelled,
    Fault,
    TimedOut,
    TooLarge,
    Unavailable,
)

LONG_S = 60.0


def is_alive(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def until_gone(process_id: int) -> bool:
    for _ in range(100):
        if not is_alive(process_id):
            return True
        await asyncio.sleep(0.02)
    return False


async def test_runs_a_function_elsewhere_and_returns_its_bytes(pool: Pool) -> None:
    assert await pool.run("deeds:echo", b"\0payload", timeout_s=LONG_S) == b"\0payload"
    assert int(await pool.run("deeds:process_id", None, timeout_s=LONG_S)) != os.getpid()


async def test_a_process_is_used_again(pool: Pool) -> None:
    ids = {await pool.run("deeds:process_id", None, timeout_s=LONG_S) for _ in range(5)}
    assert len(ids) == 1


async def test_a_process_never_serves_two_owners() -> None:
    pool = Pool(size=1, memory_max_bytes=1 << 28)
    served: dict[int, str] = {}
    for owner in ("one", "two", "", "one", "one", "two"):
        process = int(await pool.run("deeds:process_id", None, timeout_s=LONG_S, owner=owner))
        assert served.setdefault(process, owner) == owner
    await pool.run("deeds:echo", b"", timeout_s=LONG_S, owner="two")
    for _ in range(200):
        if len(pool._living) <= 2:
            break
        await asyncio.sleep(0.01)
    assert len(pool._living) <= 2
    await pool.close()


async def test_a_process_that_cannot_start_is_said(
    fresh: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(Unavailable):
        await fresh.run("deeds:echo", b"", timeout_s=LONG_S)
    monkeypatch.undo()
    assert await fresh.run("deeds:echo", b"on", timeout_s=LONG_S) == b"on"


async def test_a_process_is_replaced_after_many_calls(
    fresh: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CALLS_PER_PROCESS_MAX", 1)
    ids = [await fresh.run("deeds:process_id", None, timeout_s=LONG_S) for _ in range(2)]
    assert ids[0] != ids[1]


async def test_reports_come_in_order_and_before_the_result(pool: Pool) -> None:
    reports: list[bytes] = []
    await pool.run("deeds:counted", 500, timeout_s=LONG_S, report=reports.append)
    assert reports == [str(number).encode() for number in range(500)]


async def test_reports_without_a_listener_are_dropped(pool: Pool) -> None:
    assert await pool.run("deeds:counted", 5, timeout_s=LONG_S) == b"done"


async def test_an_error_of_the_tree_crosses_whole(pool: Pool) -> None:
    with pytest.raises(BadQuery) as caught:
        await pool.run("deeds:refuse", "FORM", timeout_s=LONG_S)
    assert caught.value.message.parameters == {"line": 1, "column": 2, "near": "FORM"}


async def test_any_other_error_is_our_fault_and_shows_nothing(
    pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(Fault) as caught:
        await pool.run("deeds:fail", None, timeout_s=LONG_S)
    assert "secret" not in caught.value.in_words()
    assert "secret" in caplog.text


@pytest.mark.parametrize("function", ["deeds:wrong_type", "deeds:nothing", "nowhere:nothing"])
async def test_a_function_that_is_none_is_our_fault(pool: Pool, function: str) -> None:
    with pytest.raises(Fault):
        await pool.run(function, None, timeout_s=LONG_S)


async def test_memory_is_limited_and_the_pool_goes_on(pool: Pool) -> None:
    with pytest.raises(TooLarge) as caught:
        await pool.run("deeds:allocate", 1 << 30, timeout_s=LONG_S)
    assert caught.value.message.id == "error.too_large.memory"
    assert await pool.run("deeds:echo", b"on", timeout_s=LONG_S) == b"on"


async def test_what_takes_too_long_is_killed(pool: Pool) -> None:
    process = int(await pool.run("deeds:process_id", None, timeout_s=LONG_S))
    started = time.monotonic()
    with pytest.raises(TimedOut):
        await pool.run("deeds:stubborn", 60.0, timeout_s=0.2)
    assert time.monotonic() - started < 5
    assert await until_gone(process)
    assert await pool.run("deeds:echo", b"on", timeout_s=LONG_S) == b"on"


async def test_cancelling_kills(pool: Pool) -> None:
    process = int(await pool.run("deeds:process_id", None, timeout_s=LONG_S))
    cancellation = Cancellation()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        await pool.run(
            "deeds:stubborn",
            60.0,
            timeout_s=LONG_S,
            cancellation=cancellation,
            report=lambda _: cancellation.cancel(),
        )
    assert time.monotonic() - started < 5
    assert await until_gone(process)


async def test_cancelling_the_task_kills_too(pool: Pool) -> None:
    process = int(await pool.run("deeds:process_id", None, timeout_s=LONG_S))
    asleep = asyncio.Event()
    task = asyncio.create_task(
        pool.run("deeds:sleep", 60.0, timeout_s=LONG_S, report=lambda _: asleep.set())
    )
    await asleep.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await until_gone(process)


async def test_a_call_that_was_cancelled_before_never_starts(fresh: Pool) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        await fresh.run("deeds:echo", b"", timeout_s=LONG_S, cancellation=cancellation)
    assert not fresh._living


async def test_one_that_waits_can_be_cancelled(pool: Pool) -> None:
    stop = Cancellation()
    running = [
        asyncio.create_task(
            pool.run("deeds:sleep", 60.0, timeout_s=LONG_S, cancellation=stop),
        )
        for _ in range(2)
    ]
    await asyncio.sleep(0.05)
    cancellation = Cancellation()
    waiting = asyncio.create_task(
        pool.run("deeds:echo", b"", timeout_s=LONG_S, cancellation=cancellation)
    )
    await asyncio.sleep(0.05)
    cancellation.cancel()
    with pytest.raises(Cancelled):
        await asyncio.wait_for(waiting, 1)
    stop.cancel()
    outcomes = await asyncio.gather(*running, return_exceptions=True)
    assert {type(each) for each in outcomes} == {Cancelled}


async def test_calls_wait_their_turn(fresh: Pool) -> None:
    order: list[int] = []

    async def call(number: int) -> None:
        await fresh.run("deeds:echo", b"", timeout_s=LONG_S)
        order.append(number)

    await asyncio.gather(*(call(number) for number in range(8)))
    assert order == list(range(8))


async def test_too_many_waiting_are_refused(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITING_MAX", 0)
    stop = Cancellation()
    running = [
        asyncio.create_task(pool.run("deeds:sleep", 60, timeout_s=LONG_S, cancellation=stop))
        for _ in range(2)
    ]
    await asyncio.sleep(0)
    with pytest.raises(Busy) as caught:
        await pool.run("deeds:echo", b"", timeout_s=LONG_S)
    assert caught.value.retry_after_s > 0
    stop.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_a_worker_that_dies_between_calls_is_not_noticed(pool: Pool) -> None:
    process = int(await pool.run("deeds:process_id", None, timeout_s=LONG_S))
    os.kill(process, signal.SIGKILL)
    await until_gone(process)
    assert await pool.run("deeds:echo", b"on", timeout_s=LONG_S) == b"on"


async def test_closing_kills_and_ends_everything() -> None:
    pool = Pool(size=1, memory_max_bytes=1 << 28)
    process = int(await pool.run("deeds:process_id", None, timeout_s=LONG_S))
    running = asyncio.create_task(pool.run("deeds:sleep", 60, timeout_s=LONG_S))
    await asyncio.sleep(0.1)
    await pool.close()
    with pytest.raises(Cancelled):
        await running
    assert not is_alive(process)
    with pytest.raises(Unavailable):
        await pool.run("deeds:echo", b"", timeout_s=LONG_S)
    await pool.close()


async def test_warming_starts_a_process_ahead(fresh: Pool) -> None:
    fresh.warm()
    fresh.warm()
    for _ in range(100):
        if fresh._living:
            break
        await asyncio.sleep(0.01)
    assert len(fresh._living) == 1


async def test_a_spare_is_ready_when_one_is_killed() -> None:
    pool = Pool(size=1, memory_max_bytes=1 << 28)
    await pool.run("deeds:echo", b"", timeout_s=LONG_S)
    assert len(pool._idle) == 2
    with pytest.raises(TimedOut):
        await pool.run("deeds:sleep", 60.0, timeout_s=0.05)
    assert pool._idle
    await pool.close()


async def test_no_spare_where_none_is_wanted(fresh: Pool) -> None:
    await fresh.run("deeds:echo", b"", timeout_s=LONG_S)
    assert len(fresh._living) == 1


def test_one_pool_serves_several_event_loops() -> None:
    pool = Pool(size=1, memory_max_bytes=1 << 28, keeps_spare=False)
    first = asyncio.run(pool.run("deeds:process_id", None, timeout_s=LONG_S))
    second = asyncio.run(pool.run("deeds:process_id", None, timeout_s=LONG_S))
    asyncio.run(pool.close())
    assert first == second


PARENT = """
import asyncio, sys
from morello.jobs.pool import Pool
async def main():
    pool = Pool(size=1, memory_max_bytes=1 << 28, keeps_spare=False)
    print((await pool.run("deeds:process_id", None, timeout_s=60)).decode(), flush=True)
    await pool.run("deeds:stubborn", 60.0, timeout_s=60)
asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal is Linux's")
async def test_no_orphan_outlives_a_parent_that_was_killed() -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    worker = int(await parent.stdout.readline())
    assert is_alive(worker)
    await asyncio.sleep(0.2)
    parent.kill()
    await parent.wait()
    assert await until_gone(worker)
