import asyncio
import os
import signal
import uuid
from collections.abc import Callable

import psycopg
import pytest

from morello.jobs.durable.job import State
from morello.kernel.caller import Call
from morello.kernel.context import Progress
from morello.kernel.errors import Busy, Conflict, NotFound
from morello.kernel.permission import Role
from morello.kernel.principal import Principal
from morello.kernel.values import Blob
from morello.storage.postgres.server import Urls

from .conftest import Worker
from .workshop import Workshop, somebody

pytestmark = pytest.mark.slow

Start = Callable[[], Worker]


async def texts(workshop: Workshop, who: Principal) -> list[str]:
    return [text for text, _ in await workshop.notes(who.organization_id)]


async def test_a_job_runs_once_starts_soon_and_keeps_what_it_was_given(
    workshop: Workshop, ada: Principal, start_worker: Start, ready_urls: Urls
) -> None:
    start_worker()
    first = await workshop.ask(ada, text="one")
    done = await workshop.until(ada, first)
    assert (done.state, done.tries) == (State.SUCCEEDED, 1)
    assert await workshop.jobs.result(ada, first) == {"text": "one"}

    upload = workshop.settings.home / "upload.csv"
    upload.write_text("kept by the job")
    second = await workshop.ask(ada, text="two", file=Blob.from_path(upload))
    upload.unlink()
    done = await workshop.until(ada, second)
    assert await workshop.jobs.result(ada, second) == {"text": "kept by the job"}
    assert (done.started_at - done.asked_at).total_seconds() < 1.0

    said = await texts(workshop, ada)
    assert [said.count(f"{what} one") for what in ("begun", "done")] == [1, 1]
    kinds = [each.split()[0] for each in said if each.endswith(f"job:{first}")]
    assert kinds == ["job.queued", "job.started", "job.succeeded"]
    assert not list((workshop.settings.home / "jobs").glob("*/*"))
    with psycopg.connect(ready_urls.owner) as owner:
        rows = owner.execute("select inputs from dbos.workflow_input").fetchall()
    assert all(len(row[0]) < 150 and "one" not in row[0] for row in rows)
    kept: list[dict[str, bytes]] = await workshop.database.fetch(
        ada.organization_id, "select input, output from job where id = %s", (first,)
    )
    assert b"one" not in kept[0]["input"] + kept[0]["output"]


async def two_workers(start_worker: Start, urls: Urls) -> None:
    """Start two, and wait until both are there."""
    start_worker()
    start_worker()
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        for _ in range(400):
            if owner.execute("select count(*) from worker").fetchone() == (2,):
                return
            await asyncio.sleep(0.1)
    raise AssertionError("they did not start")


async def whoever_began(workshop: Workshop, who: Principal, text: str) -> int:
    """Return the process that has begun a job."""
    await workshop.begun(who, text)
    rows: list[dict[str, int]] = await workshop.database.fetch(
        who.organization_id, "select pid from effect where text = %s", (f"begun {text}",)
    )
    return rows[0]["pid"]


async def test_a_killed_worker_is_replaced_within_seconds_and_nothing_happens_twice(
    workshop: Workshop, ada: Principal, start_worker: Start, ready_urls: Urls
) -> None:
    await two_workers(start_worker, ready_urls)
    job = await workshop.ask(ada, text="a", seconds=2)
    os.kill(await whoever_began(workshop, ada, "a"), signal.SIGKILL)
    killed_s = asyncio.get_running_loop().time()
    await workshop.begun(ada, "a", 2)
    assert asyncio.get_running_loop().time() - killed_s < 10.0
    assert (await workshop.until(ada, job)).state is State.SUCCEEDED
    said = await texts(workshop, ada)
    assert said.count("done a") == 1
    assert f"job.resumed job:{job}" in said


async def test_a_frozen_worker_is_replaced_and_has_no_effect_when_it_thaws(
    workshop: Workshop, ada: Principal, start_worker: Start, ready_urls: Urls
) -> None:
    await two_workers(start_worker, ready_urls)
    job = await workshop.ask(ada, text="a", seconds=1.5)
    frozen = await whoever_began(workshop, ada, "a")
    os.kill(frozen, signal.SIGSTOP)
    stopped_s = asyncio.get_running_loop().time()
    try:
        await workshop.begun(ada, "a", 2)
        assert asyncio.get_running_loop().time() - stopped_s < 10.0
    finally:
        os.kill(frozen, signal.SIGCONT)
    assert (await workshop.until(ada, job)).state is State.SUCCEEDED
    await asyncio.sleep(2.5)
    assert (await texts(workshop, ada)).count("done a") == 1
    os.kill(frozen, 0)  # it is there, and goes on with other work


async def test_one_that_kills_its_worker_is_given_up_and_hurts_nobody_else(
    workshop: Workshop, ada: Principal, start_worker: Start
) -> None:
    workers = [start_worker()]
    poison = await workshop.ask(ada, "test.poison")
    for _ in range(3):
        await asyncio.to_thread(workers[-1].wait, 20)
        workers.append(start_worker())
    innocent = await workshop.ask(ada, text="innocent")
    assert (await workshop.until(ada, innocent)).state is State.SUCCEEDED
    ended = await workshop.until(ada, poison)
    assert (ended.state, ended.tries) == (State.FAILED, 3)
    assert ended.error.id == "error.fault.job_given_up"
    assert (await texts(workshop, ada)).count("poisoned") == 3
    assert workers[-1].poll() is None


async def test_a_job_stops_within_a_second_and_can_be_run_again(
    workshop: Workshop, ada: Principal, start_worker: Start
) -> None:
    start_worker()
    job = await workshop.ask(ada, text="long", seconds=1.2)
    await workshop.begun(ada, "long")
    wait = Call(tool="jobs.wait", given={"job": job, "timeout_s": 0.7}, principal=ada)
    heard = [item async for item in workshop.pipeline.stream(wait)]
    assert any(isinstance(item, Progress) for item in heard)
    with pytest.raises(Conflict):
        await workshop.call(ada, "jobs.result", job=job)
    clock = asyncio.get_running_loop()
    asked_s = clock.time()
    await workshop.cancel(ada, job)
    ended = await workshop.until(ada, job)
    assert ended.state is State.CANCELLED
    assert clock.time() - asked_s < 1.0
    with pytest.raises(Conflict):
        await workshop.cancel(ada, job)
    again = await workshop.retry(ada, job)
    done = await workshop.call(ada, "jobs.wait", job=again, timeout_s=20)
    assert (done.state, done.retry_of) == (State.SUCCEEDED, job)
    with pytest.raises(Conflict):
        await workshop.retry(ada, again)
    got = await workshop.call(ada, "jobs.result", job=again)
    assert (got.output, got.event_id) == ({"text": "long"}, done.event_id)
    said = await texts(workshop, ada)
    assert said.count("done long") == 1
    assert f"job.retried job:{job}" in said
    assert any(each == f"job.progressed job:{job}" for each in said)


async def test_a_worker_that_is_asked_to_stop_hands_back_what_it_cannot_finish(
    workshop: Workshop, ada: Principal, start_worker: Start
) -> None:
    leaving = start_worker()
    short = await workshop.ask(ada, text="short", seconds=0.6)
    long = await workshop.ask(ada, text="long", seconds=3)
    await workshop.begun(ada, "short")
    await workshop.begun(ada, "long")
    leaving.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(leaving.wait, 15) == 0
    assert (await workshop.jobs.find(ada, short)).state is State.SUCCEEDED
    handed_back = await workshop.jobs.find(ada, long)
    assert (handed_back.state, handed_back.tries) == (State.QUEUED, 0)
    start_worker()
    assert (await workshop.until(ada, long)).state is State.SUCCEEDED
    assert (await texts(workshop, ada)).count("done long") == 1


async def test_other_people_see_nothing_but_administrators_see_all(
    workshop: Workshop, ada: Principal, start_worker: Start
) -> None:
    job = await workshop.ask(ada, text="mine")
    strangers = [
        somebody(ada.organization_id, 8),
        somebody(uuid.UUID(int=99), ada.subject_id.int, role=Role.ORG_ADMIN),
    ]
    for stranger in strangers:
        with pytest.raises(NotFound):
            await workshop.call(stranger, "jobs.get", job=job)
        with pytest.raises(NotFound):
            await workshop.call(stranger, "jobs.result", job=job)
        with pytest.raises(NotFound):
            await workshop.cancel(stranger, job)
        with pytest.raises(NotFound):
            await workshop.retry(stranger, job)
        assert not await workshop.recent(stranger)
    chief = somebody(ada.organization_id, 1, role=Role.ORG_ADMIN)
    assert [each.id for each in await workshop.recent(chief)] == [job]
    assert not await workshop.recent(chief, states=["failed"])
    later = [await workshop.ask(ada, text=str(number)) for number in range(4)]
    page = await workshop.call(ada, "jobs.list", limit=3)
    assert [each.id for each in page.jobs] == [*reversed(later[1:])]
    rest = await workshop.call(ada, "jobs.list", limit=3, before=page.next_before)
    assert ([each.id for each in rest.jobs], rest.next_before) == ([later[0], job], None)
    assert (await workshop.cancel(chief, job)).state is State.CANCELLED


async def test_a_full_queue_refuses_and_another_organization_is_served(
    workshop: Workshop, ada: Principal, start_worker: Start
) -> None:
    small = Workshop(workshop.database, workshop.settings.home, jobs_waiting_max=5)
    eve = somebody(uuid.UUID(int=5))
    for _ in range(5):
        await small.ask(eve, text="e")
    with pytest.raises(Busy) as full:
        await small.ask(eve, text="e")
    assert full.value.retry_after_s > 0
    await small.ask(ada, text="served")
    await small.close()
