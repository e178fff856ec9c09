"""What every log has to do: take in, read back, tell organizations apart."""

import asyncio
import datetime
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from morello.kernel.clock import StoppedClock
from morello.kernel.errors import Conflict, InvalidInput, NotFound, TooLarge
from morello.kernel.ids import new_id
from morello.ledger.event import Event, NewEvent
from morello.ledger.log import EVENTS_PER_APPEND_MAX, Log
from morello.ledger.record import GROUP_BYTES_MAX

OURS, THEIRS = new_id(), new_id()
New = Callable[..., NewEvent]
Tamper = Callable[[uuid.UUID, uuid.UUID, str, bytes], Awaitable[None]]


async def listed(events: AsyncIterator[Event]) -> list[Event]:
    return [each async for each in events]


async def test_an_event_comes_back_as_it_was_given(log: Log, new_event: New) -> None:
    new = new_event(who={"subject": "ann"}, what={"price": 9.5}, result={"rows": [1, None]})
    assert await log.append(OURS, [new]) == [0]
    event = await log.event(OURS, new.id)
    assert (event.organization_id, event.position, event.stream_version) == (OURS, 0, 1)
    assert (event.id, event.at, event.stream, event.kind) == (new.id, new.at, "menu", "dish.added")
    assert (event.who, event.what, event.result) == (new.who, new.what, new.result)
    assert await listed(log.read(OURS, "menu")) == [event]


async def test_changing_what_was_read_changes_nothing(log: Log, new_event: New) -> None:
    new = new_event(what={"price": 9})
    await log.append(OURS, [new])
    event = await log.event(OURS, new.id)
    event.what["price"] = 1
    event.salts.clear()
    assert (await log.event(OURS, event.id)).what == {"price": 9}
    assert (await log.verify(OURS)).ok


async def test_positions_and_stream_versions_count_on(log: Log, new_event: New) -> None:
    assert await log.append(OURS, [new_event(each) for each in ("a", "b", "a")]) == [0, 1, 2]
    assert await log.append(OURS, [new_event("b")]) == [3]
    placed = [(each.stream, each.stream_version) for each in await listed(log.follow(OURS))]
    assert placed == [("a", 1), ("b", 1), ("a", 2), ("b", 2)]


async def test_nothing_to_append_is_nothing(log: Log) -> None:
    assert list(await log.append(OURS, [])) == []
    assert await listed(log.follow(OURS)) == []


async def test_the_expected_version_is_held_to(log: Log, new_event: New) -> None:
    first = [new_event(expected_version=0), new_event(expected_version=1)]
    await log.append(OURS, first)
    for wrong in (0, 1, 3):
        with pytest.raises(Conflict, match="somebody was faster"):
            await log.append(OURS, [new_event(expected_version=wrong)])
    await log.append(OURS, [new_event(expected_version=2)])
    assert [each.stream_version for each in await listed(log.follow(OURS))] == [1, 2, 3]


async def test_a_refused_append_leaves_nothing_behind(log: Log, new_event: New) -> None:
    await log.append(OURS, [new_event("a")])
    before = await log.checkpoint(OURS)
    refused: list[tuple[type[Exception], list[NewEvent]]] = [
        (Conflict, [new_event("b"), new_event("a", expected_version=0)]),
        (TooLarge, [new_event("b"), new_event("b", what={"x": "y" * GROUP_BYTES_MAX})]),
        (TooLarge, [new_event("b") for _ in range(EVENTS_PER_APPEND_MAX + 1)]),
        (InvalidInput, [new_event("b"), new_event("b", what={"x": "\ud800"})]),
        (InvalidInput, [new_event("b"), new_event("b", person="p", personal={"x": "\ud800"})]),
    ]
    for error, events in refused:
        with pytest.raises(error):
            await log.append(OURS, events)
    assert await log.checkpoint(OURS) == before
    assert await listed(log.read(OURS, "b")) == []
    assert len(await listed(log.follow(OURS))) == 1


async def test_an_event_is_taken_in_once(log: Log, new_event: New) -> None:
    event = new_event()
    await log.append(OURS, [event])
    with pytest.raises(Conflict, match="already"):
        await log.append(OURS, [event])
    twin = new_event()
    with pytest.raises(Conflict, match="already"):
        await log.append(OURS, [twin, twin])
    assert len(await listed(log.follow(OURS))) == 1


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(st.tuples(st.sampled_from("abc"), st.integers(-1, 3)), max_size=4)))
async def test_any_history_reads_back_as_it_was_taken_in(
    log: Log, new_event: New, history: list[list[tuple[str, int]]]
) -> None:
    """Against a plain list: -1 expects nothing, any other number is the expected version."""
    organization = new_id()
    model: list[NewEvent] = []
    for batch in history:
        events = [
            new_event(stream, expected_version=None if expected < 0 else expected)
            for stream, expected in batch
        ]
        after = list(model)
        for event in events:
            before = sum(each.stream == event.stream for each in after)
            if event.expected_version not in {None, before}:
                with pytest.raises(Conflict):
                    await log.append(organization, events)
                break
            after.append(event)
        else:
            await log.append(organization, events)
            model = after
    assert [each.id async for each in log.follow(organization)] == [each.id for each in model]
    for stream in "abc":
        expected_ids = [each.id for each in model if each.stream == stream]
        assert [each.id async for each in log.read(organization, stream)] == expected_ids
    assert (await log.verify(organization)).ok


async def test_of_many_that_expect_the_same_version_one_wins(log: Log, new_event: New) -> None:
    async def attempt() -> bool:
        try:
            await log.append(OURS, [new_event(expected_version=0)])
        except Conflict:
            return False
        return True

    assert sum(await asyncio.gather(*[attempt() for _ in range(20)])) == 1


async def test_concurrent_appends_get_every_position_once(log: Log, new_event: New) -> None:
    given = [[new_event(f"s{each % 5}") for _ in range(3)] for each in range(30)]
    taken = await asyncio.gather(*[log.append(OURS, each) for each in given])
    assert sorted(position for each in taken for position in each) == list(range(90))
    followed = await listed(log.follow(OURS))
    assert [each.position for each in followed] == list(range(90))
    assert (await log.verify(OURS)).ok


async def test_a_stream_is_read_to_a_version(log: Log, new_event: New) -> None:
    await log.append(OURS, [new_event(each) for each in "abababab"])
    for until in range(6):
        read = await listed(log.read(OURS, "a", until=until))
        assert [each.stream_version for each in read] == list(range(1, min(until, 4) + 1))
    assert [e.stream_version async for e in log.read(OURS, "a", after=2)] == [3, 4]
    assert [e.stream_version async for e in log.read(OURS, "a", after=1, until=3)] == [2, 3]
    assert await listed(log.read(OURS, "nothing")) == []


async def test_a_stream_is_read_to_a_time(log: Log, new_event: New, clock: StoppedClock) -> None:
    start = clock.now()
    for _ in range(4):
        await log.append(OURS, [new_event()])
        clock.advance(60)
    for minutes, count in ((-1, 0), (0, 1), (1.5, 2), (3, 4), (100, 4)):
        until = start + datetime.timedelta(minutes=minutes)
        assert len(await listed(log.read(OURS, "menu", until=until))) == count


async def test_what_is_read_to_a_time_was_the_whole_stream_once(
    log: Log, new_event: New, clock: StoppedClock
) -> None:
    start = clock.now()
    later, earlier = start + datetime.timedelta(hours=1), start
    await log.append(OURS, [new_event(at=each) for each in (start, later, earlier)])
    assert len(await listed(log.read(OURS, "menu", until=start))) == 1


async def test_the_log_is_followed_in_parts(log: Log, new_event: New) -> None:
    await log.append(OURS, [new_event() for _ in range(10)])
    assert [e.position async for e in log.follow(OURS, limit=4)] == [0, 1, 2, 3]
    assert [e.position async for e in log.follow(OURS, after=3, limit=4)] == [4, 5, 6, 7]
    assert [e.position async for e in log.follow(OURS, after=7, limit=4)] == [8, 9]
    assert [e.position async for e in log.follow(OURS, after=9)] == []
    assert [e.position async for e in log.recent(OURS, limit=3)] == [9, 8, 7]


async def test_organizations_see_nothing_of_each_other(log: Log, new_event: New) -> None:
    ours, theirs = new_event(), new_event()
    await log.append(OURS, [ours])
    await log.append(THEIRS, [theirs])
    for organization, foreign in ((OURS, theirs), (THEIRS, ours)):
        for question in (log.event, log.receipt):
            with pytest.raises(NotFound):
                await question(organization, foreign.id)
        assert [each.position async for each in log.follow(organization)] == [0]
        assert foreign.id not in [each.id async for each in log.read(organization, "menu")]
    assert (await log.checkpoint(OURS)) != (await log.checkpoint(THEIRS))
    with pytest.raises(NotFound):
        await log.event(OURS, new_id())


async def test_an_empty_log_answers(log: Log) -> None:
    assert "\n0\n" in await log.checkpoint(OURS)
    assert await log.consistency(OURS, 0, 0) == []
    assert (await log.verify(OURS)).ok
    assert [each async for each in log.recent(OURS)] == []


@pytest.mark.parametrize(
    "group", ["place", "who", "what", "query", "versions", "result", "personal"]
)
async def test_a_changed_event_is_found(
    log: Log, new_event: New, tamper: Tamper, group: str
) -> None:
    events = [new_event() for _ in range(5)]
    await log.append(OURS, events)
    assert (await log.verify(OURS)).ok
    await tamper(OURS, events[3].id, group, b'{"tampered":true}')
    verdict = await log.verify(OURS)
    assert not verdict.ok
    assert verdict.not_proven[0].parameters["event"] == str(events[3].id)
