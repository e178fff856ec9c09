"""What every log gives back: the state at any version or time."""

import datetime
from collections.abc import Callable

import pytest

from morello.kernel.clock import StoppedClock
from morello.kernel.ids import new_id
from morello.ledger.event import Event, NewEvent
from morello.ledger.log import Log
from morello.ledger.replay.projection import State
from morello.ledger.replay.replayer import SNAPSHOT_EVENTS, WHOLE_LOG, Replayer
from morello.ledger.replay.snapshot import SNAPSHOTS_PER_STREAM_MAX, Snapshot, Snapshots
from morello.ledger.replay.upcasting import Upcasting

OURS = new_id()
New = Callable[..., NewEvent]


class Menu:
    """Which dishes there are, and how often each was added."""

    name = "menu"
    version = 1

    def __init__(self) -> None:
        self.applied = 0

    def empty(self) -> State:
        return {}

    def apply(self, state: State, event: Event) -> State:
        self.applied += 1
        if event.kind == "dish.added":
            dish = event.what["dish"]
            state[dish] = state.get(dish, 0) + 1
        return state


@pytest.fixture
async def replayer(log: Log, new_event: New, clock: StoppedClock) -> Replayer:
    for dish in ("soup", "pie", "soup"):
        await log.append(OURS, [new_event(what={"dish": dish})])
        clock.advance(60)
    return Replayer(log)


async def test_a_stream_is_replayed_to_any_version_and_time(
    replayer: Replayer, clock: StoppedClock
) -> None:
    expected: list[State] = [{}, {"soup": 1}, {"soup": 1, "pie": 1}, {"soup": 2, "pie": 1}]
    start = clock.now() - datetime.timedelta(minutes=3)
    for version, state in enumerate(expected):
        replayed = await replayer.replay(OURS, "menu", Menu(), until=version)
        assert (replayed.state, replayed.version) == (state, version)
        until = start + datetime.timedelta(minutes=version - 0.5)
        assert (await replayer.replay(OURS, "menu", Menu(), until=until)).state == state
    assert (await replayer.replay(OURS, "menu", Menu())).state == expected[-1]


async def test_a_projection_is_rebuilt_and_compared(replayer: Replayer) -> None:
    rebuilt = await replayer.rebuild(OURS, Menu())
    assert (rebuilt.state, rebuilt.version) == ({"soup": 2, "pie": 1}, 3)
    assert await replayer.compare(OURS, Menu(), {"pie": 1, "soup": 2}) == []
    assert await replayer.compare(OURS, Menu(), {"pie": 2, "tea": 1}) == ["pie", "soup", "tea"]


async def test_old_kinds_are_read_as_todays(log: Log, new_event: New) -> None:
    await log.append(OURS, [new_event(kind="dish.made@1", what={"name": "soup"})])

    def renamed(event: Event) -> Event:
        what = {"dish": event.what["name"]}
        return event.model_copy(update={"kind": "dish.made@2", "what": what})

    def rekinded(event: Event) -> Event:
        return event.model_copy(update={"kind": "dish.added"})

    upcasting = Upcasting({"dish.made@1": renamed, "dish.made@2": rekinded})
    assert (await Replayer(log, upcasting).rebuild(OURS, Menu())).state == {"soup": 1}
    kept = [each.kind async for each in log.follow(OURS)]
    assert kept == ["dish.made@1"]
    circle = Upcasting({"dish.made@1": lambda event: event})
    with pytest.raises(AssertionError, match="circle"):
        await Replayer(log, circle).rebuild(OURS, Menu())


async def test_snapshots_spare_the_beginning_and_change_nothing(
    log: Log, snapshots: Snapshots, new_event: New, clock: StoppedClock
) -> None:
    start, count = clock.now(), 2 * SNAPSHOT_EVENTS + 50
    for _ in range(count):
        await log.append(OURS, [new_event(what={"dish": "pie"})])
        clock.advance(1)
    replayer, first, second = Replayer(log, snapshots=snapshots), Menu(), Menu()
    assert (await replayer.replay(OURS, "menu", first)).state == {"pie": count}
    assert first.applied == count
    assert (await replayer.replay(OURS, "menu", second)).state == {"pie": count}
    assert second.applied == 50
    for version in (0, 99, 100, 101, 199, 200, count):
        by_version = await replayer.replay(OURS, "menu", Menu(), until=version)
        assert by_version.state.get("pie", 0) == version
        until = start + datetime.timedelta(seconds=version - 0.5)
        by_time = await replayer.replay(OURS, "menu", Menu(), until=until)
        assert by_time.state.get("pie", 0) == version


async def test_a_new_version_of_a_projection_starts_afresh(
    log: Log, snapshots: Snapshots, new_event: New
) -> None:
    await log.append(OURS, [new_event(what={"dish": "pie"}) for _ in range(SNAPSHOT_EVENTS)])
    replayer, changed = Replayer(log, snapshots=snapshots), Menu()
    await replayer.replay(OURS, "menu", Menu())
    changed.version = 2
    await replayer.replay(OURS, "menu", changed)
    assert changed.applied == SNAPSHOT_EVENTS


async def test_a_snapshot_is_not_changed_by_who_reads_it(
    log: Log, snapshots: Snapshots, new_event: New
) -> None:
    await log.append(OURS, [new_event(what={"dish": "pie"}) for _ in range(SNAPSHOT_EVENTS)])
    replayer = Replayer(log, snapshots=snapshots)
    await replayer.replay(OURS, "menu", Menu())
    (await replayer.replay(OURS, "menu", Menu())).state["pie"] = -1
    assert (await replayer.replay(OURS, "menu", Menu())).state == {"pie": SNAPSHOT_EVENTS}


async def test_a_whole_log_is_kept_up_with(log: Log, snapshots: Snapshots, new_event: New) -> None:
    replayer, menu = Replayer(log, snapshots=snapshots), Menu()
    for count in (1, 2, 3):
        await log.append(OURS, [new_event(stream=f"s{count}", what={"dish": "pie"})])
        current = await replayer.current(OURS, menu)
        assert (current.state, current.version, menu.applied) == ({"pie": count}, count, count)
    assert (await replayer.rebuild(OURS, Menu(), until=2)).state == {"pie": 2}
    await snapshots.forget(OURS, WHOLE_LOG, menu)
    assert (await replayer.current(OURS, Menu())).state == {"pie": 3}


async def test_only_the_newest_snapshots_are_kept(
    snapshots: Snapshots, clock: StoppedClock
) -> None:
    for version in range(1, SNAPSHOTS_PER_STREAM_MAX + 3):
        kept = Snapshot.of({"pie": version}, version, clock.now())
        await snapshots.keep(OURS, "menu", Menu(), kept)
    assert await snapshots.find(OURS, "menu", Menu(), 2) is None
    found = await snapshots.find(OURS, "menu", Menu(), 3)
    assert found is not None
    assert found.state() == {"pie": 3}
    assert await snapshots.find(new_id(), "menu", Menu(), None) is None
