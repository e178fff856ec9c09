"""The writer loses nothing that it acknowledged, and goes on after every error."""

import asyncio
import datetime
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from morello.kernel.errors import Busy, Conflict, Unavailable
from morello.kernel.ids import new_id
from morello.ledger.event import NewEvent
from morello.ledger.postgres.log import PostgresLog
from morello.ledger.postgres.writing import batch, writer
from morello.ledger.postgres.writing.wire import Wire
from morello.ledger.proof.checkpoint import Checkpoint

OURS = new_id()
New = Callable[..., NewEvent]
Disconnect = Callable[[str], Awaitable[None]]
Open = Callable[[], Awaitable[PostgresLog]]


async def count(log: PostgresLog) -> int:
    return len([each async for each in log.follow(OURS, limit=100_000)])


async def test_only_the_guilty_fail(log: PostgresLog, new_event: New) -> None:
    known = new_event(stream="known", expected_version=0)
    await log.append(OURS, [known])
    good = [new_event(stream=f"call:{each}", expected_version=0) for each in range(20)]
    bad = [new_event(stream="known", expected_version=0), known]
    results = await asyncio.gather(
        *[log.append(OURS, [each]) for each in (*good[:10], *bad, *good[10:])],
        return_exceptions=True,
    )
    failed = [each for each in results if isinstance(each, BaseException)]
    assert len(failed) == 2
    assert all(isinstance(each, Conflict) for each in failed)
    assert await count(log) == 21
    assert (await log.verify(OURS)).ok


async def test_what_comes_together_is_committed_together(
    log: PostgresLog, new_event: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = batch.Batch.write

    async def counted(self: batch.Batch, *arguments: Any, **named: Any) -> None:
        await write(self, *arguments, **named)
        written.append(len(self.requests))

    monkeypatch.setattr(batch.Batch, "write", counted)
    organizations = [new_id() for _ in range(5)]
    await asyncio.gather(*[log.append(each, [new_event()]) for each in organizations * 6])
    assert sum(written) == 30
    assert len(written) < 10


async def test_a_lost_connection_is_made_again(
    log: PostgresLog, new_event: New, disconnect: Disconnect
) -> None:
    await log.append(OURS, [new_event()])
    await disconnect("morello ledger")
    outcomes = await asyncio.gather(
        *[log.append(OURS, [new_event()]) for _ in range(5)], return_exceptions=True
    )
    assert all(isinstance(each, Unavailable | list) for each in outcomes)
    kept = sum(isinstance(each, list) for each in outcomes)
    await log.append(OURS, [new_event()])
    assert await count(log) == 2 + kept
    assert (await log.verify(OURS)).ok


async def test_a_commit_that_went_through_is_no_failure(
    log: PostgresLog, new_event: New, disconnect: Disconnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is lost after the commit, before the answer."""
    await log.append(OURS, [new_event()])
    write = batch.Batch.write

    async def lose(self: batch.Batch, wire: Wire, *, look: bool) -> None:
        await write(self, wire, look=look)
        if self.requests:
            await disconnect("morello ledger")
            await wire.exchange((b"select 1", ()))

    monkeypatch.setattr(batch.Batch, "write", lose)
    assert await log.append(OURS, [new_event(), new_event()]) == [1, 2]
    monkeypatch.undo()
    assert await log.append(OURS, [new_event()]) == [3]


async def test_an_error_of_ours_is_told_and_the_loop_goes_on(
    log: PostgresLog, new_event: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(batch.Batch, "write", broken)
    with pytest.raises(Unavailable, match="nothing was kept"):
        await log.append(OURS, [new_event()])
    monkeypatch.undo()
    assert await log.append(OURS, [new_event()]) == [0]


async def test_a_full_queue_says_when_to_come_back(
    log: PostgresLog, new_event: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "QUEUE_EVENTS_MAX", 2)
    with pytest.raises(Busy) as busy:
        await log.append(OURS, [new_event() for _ in range(3)])
    assert busy.value.retry_after_s == 1
    assert await log.append(OURS, [new_event()]) == [0]


async def test_two_processes_write_one_log(open_log: Open, new_event: New) -> None:
    logs = [await open_log(), await open_log()]
    taken = await asyncio.gather(
        *[logs[each % 2].append(OURS, [new_event(stream=f"s{each % 3}")]) for each in range(60)]
    )
    assert sorted(position for each in taken for position in each) == list(range(60))
    for log in logs:
        assert (await log.verify(OURS)).ok


async def test_a_clock_set_back_breaks_nothing(log: PostgresLog, new_event: New) -> None:
    noon = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
    times = [noon, noon - datetime.timedelta(days=365), noon + datetime.timedelta(hours=1)]
    for each in times:
        await log.append(OURS, [new_event(at=each)])
    events = [each async for each in log.follow(OURS)]
    assert [each.at for each in events] == times
    assert [each.position for each in events] == [0, 1, 2]
    assert (await log.verify(OURS)).ok


async def test_what_waits_is_written_before_it_closes(open_log: Open, new_event: New) -> None:
    log, other = await open_log(), await open_log()
    waiting = [asyncio.create_task(log.append(OURS, [new_event()])) for _ in range(10)]
    await asyncio.sleep(0)
    await log.close()
    await asyncio.gather(*waiting)
    assert await count(other) == 10
    with pytest.raises(Unavailable):
        await log.append(OURS, [new_event()])


async def test_the_name_of_a_log_outlives_that_of_its_host(
    log: PostgresLog, open_log: Open, new_event: New
) -> None:
    event = new_event()
    await log.append(OURS, [event])
    other = await open_log()
    other._signers._host = "renamed.example"
    await other.append(OURS, [new_event()])
    before, after = await log.receipt(OURS, event.id), await other.receipt(OURS, event.id)
    assert after.verify(before.public_key).ok
    assert Checkpoint.parse((await other.checkpoint(OURS)).split("\n\n")[0] + "\n").origin == (
        f"morello.example/{OURS}"
    )
