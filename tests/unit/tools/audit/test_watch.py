import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from morello.kernel.context import Context, Update
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.permission import Role
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.tools.audit.watch import Happened, Passed, Watched, WatchRequest, watch

Asking = Callable[..., Context]
CallOf = Callable[..., NewEvent]


async def told(context: Context, log: MemoryLog, **request: Any) -> list[Update | Watched]:
    given = WatchRequest(**{"after": -1, "for_s": 0.05, **request})
    return [each async for each in watch.run(given, context, log)]


def kinds(items: list[Update | Watched]) -> list[str]:
    return [each.kind for each in items if isinstance(each, Happened)]


@pytest.fixture
async def viewer(asking: Asking, log: MemoryLog, call_of: CallOf) -> Context:
    """Somebody with one call of their own, among other people's events."""
    viewer, other = asking(), asking()
    events = [
        call_of(other),
        call_of(viewer),
        call_of(other, stream="dataset:1", kind="dataset.version_added"),
        call_of(other, stream="job:1", kind="job.started"),
        call_of(viewer, stream="job:2", kind="job.started"),
        call_of(other, stream="key:1", kind="key.created"),
    ]
    await log.append(LOCAL_ORGANIZATION, events)
    return viewer


async def test_a_member_sees_their_own_calls_and_jobs_and_what_happens_to_datasets(
    viewer: Context, log: MemoryLog
) -> None:
    seen = await told(viewer, log)
    assert kinds(seen) == ["call.succeeded", "dataset.version_added", "job.started"]
    assert seen[-2:] == [Passed(position=5), Watched(events=3, after=5)]


async def test_who_may_read_the_audit_trail_sees_everything(
    viewer: Context, log: MemoryLog, asking: Asking
) -> None:
    seen = await told(asking(Role.ORG_ADMIN), log)
    assert [each.position for each in seen if isinstance(each, Happened)] == list(range(6))
    assert not [each for each in seen if isinstance(each, Passed)]


async def test_another_organization_sees_nothing(
    viewer: Context, log: MemoryLog, asking: Asking
) -> None:
    stranger = asking(Role.ORG_ADMIN, organization_id=new_id())
    assert await told(stranger, log) == [Watched(events=0, after=-1)]


async def test_it_goes_on_where_a_reader_was_cut_off(viewer: Context, log: MemoryLog) -> None:
    assert kinds(await told(viewer, log, after=1)) == ["dataset.version_added", "job.started"]


async def test_kinds_and_a_limit_narrow_it(viewer: Context, log: MemoryLog) -> None:
    assert kinds(await told(viewer, log, kinds=["job.", "call."])) == [
        "call.succeeded",
        "job.started",
    ]
    seen = await told(viewer, log, limit=1, for_s=60)
    assert kinds(seen) == ["call.succeeded"]
    assert seen[-1] == Watched(events=1, after=1)


async def test_what_happens_later_is_told_when_it_happens(
    viewer: Context, log: MemoryLog, call_of: CallOf
) -> None:
    watching = asyncio.create_task(told(viewer, log, after=None, for_s=30, limit=2))
    for _ in range(2):
        await asyncio.sleep(0.02)
        await log.append(LOCAL_ORGANIZATION, [call_of(viewer)])
    async with asyncio.timeout(5):
        seen = await watching
    assert [each.position for each in seen if isinstance(each, Happened)] == [6, 7]


async def test_what_is_personal_is_not_told(
    viewer: Context, log: MemoryLog, call_of: CallOf, asking: Asking
) -> None:
    event = call_of(viewer, personal={"name": "Ann Lee"}, person="p1")
    await log.append(LOCAL_ORGANIZATION, [event])
    seen = await told(asking(Role.ORG_ADMIN), log, after=5)
    assert "Ann Lee" not in seen[0].model_dump_json()


def test_it_is_live() -> None:
    assert watch.is_live
    assert not watch.may_become_job
