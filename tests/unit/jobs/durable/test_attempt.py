"""An attempt in this process: what happens when somebody else takes the job over meanwhile."""

import asyncio
import dataclasses
import uuid
from pathlib import Path

import psycopg
import pytest

from morello.jobs.durable.attempt import JobRunner
from morello.jobs.durable.job import State
from morello.kernel.ids import new_id
from morello.kernel.principal import Principal
from morello.storage.keys import MasterKeys
from morello.storage.postgres.server import Urls

from .workshop import REMOVED, Workshop, somebody


def runner(workshop: Workshop) -> JobRunner:
    return JobRunner(
        worker_id=new_id(),
        store=workshop.jobs.store,
        parcels=workshop.jobs.parcels,
        passports=workshop.jobs.passports,
        facts=workshop.log,
        caller=workshop.pipeline,
    )


async def done(workshop: Workshop, who: Principal, text: str) -> int:
    notes = await workshop.notes(who.organization_id)
    return [said for said, _ in notes].count(f"done {text}")


async def test_of_two_who_work_on_a_job_at_once_only_the_last_has_an_effect(
    workshop: Workshop, ada: Principal
) -> None:
    job = await workshop.ask(ada, text="x", seconds=0.3)
    silent, next_one = runner(workshop), runner(workshop)
    first = asyncio.create_task(silent.run(ada.organization_id, job))
    await workshop.begun(ada, "x")
    await asyncio.gather(first, next_one.run(ada.organization_id, job))
    found = await workshop.jobs.find(ada, job)
    assert (found.state, found.tries) == (State.SUCCEEDED, 2)
    assert await done(workshop, ada, "x") == 1


async def test_the_same_worker_is_fenced_off_from_itself(
    workshop: Workshop, ada: Principal
) -> None:
    job = await workshop.ask(ada, text="x", seconds=0.3)
    worker = runner(workshop)
    first = asyncio.create_task(worker.run(ada.organization_id, job))
    await workshop.begun(ada, "x")
    await asyncio.gather(first, worker.run(ada.organization_id, job))
    assert await done(workshop, ada, "x") == 1


async def test_what_is_over_is_not_begun_again(workshop: Workshop, ada: Principal) -> None:
    job = await workshop.ask(ada, text="x")
    await runner(workshop).run(ada.organization_id, job)
    await runner(workshop).run(ada.organization_id, job)
    await runner(workshop).run(ada.organization_id, new_id())
    assert await done(workshop, ada, "x") == 1
    cancelled = await workshop.ask(ada, text="y")
    await workshop.cancel(ada, cancelled)
    await runner(workshop).run(ada.organization_id, cancelled)
    assert await done(workshop, ada, "y") == 0


async def test_a_job_of_another_organization_is_not_there(
    workshop: Workshop, ada: Principal
) -> None:
    job = await workshop.ask(ada, text="x")
    await runner(workshop).run(uuid.UUID(int=99), job)
    assert (await workshop.jobs.find(ada, job)).state is State.QUEUED


async def test_whoever_is_stopped_hands_back(workshop: Workshop, ada: Principal) -> None:
    job = await workshop.ask(ada, text="x", seconds=5)
    task = asyncio.create_task(runner(workshop).run(ada.organization_id, job))
    await workshop.begun(ada, "x")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    found = await workshop.jobs.find(ada, job)
    assert (found.state, found.tries) == (State.QUEUED, 0)


async def test_a_failure_says_why_and_whoever_is_gone_gets_nothing_done(
    workshop: Workshop, ada: Principal
) -> None:
    failing = await workshop.ask(ada, "test.fail", text="four")
    removed = somebody(ada.organization_id, 9, name=REMOVED)
    refused = await workshop.ask(removed, text="never")
    for job in (failing, refused):
        await runner(workshop).run(ada.organization_id, job)
    error = (await workshop.jobs.find(ada, failing)).error
    assert error is not None
    assert (error.id, error.parameters) == ("error.invalid_input.nesting", {"depth_max": 4})
    ended = await workshop.jobs.find(removed, refused)
    assert ended.error is not None
    assert (ended.state, ended.error.id) == (State.FAILED, "error.forbidden.role")
    assert "begun never" not in [said for said, _ in await workshop.notes(ada.organization_id)]


async def test_what_cannot_be_opened_fails_and_does_not_hang(
    workshop: Workshop, ada: Principal
) -> None:
    job = await workshop.ask(ada, text="x")
    stranger = dataclasses.replace(workshop.jobs.parcels, keys=MasterKeys.random())
    await dataclasses.replace(runner(workshop), parcels=stranger).run(ada.organization_id, job)
    found = await workshop.jobs.find(ada, job)
    assert found.error is not None
    assert (found.state, found.error.id) == (State.FAILED, "error.fault.job")


@pytest.mark.slow
async def test_what_is_used_is_told_while_it_runs(
    workshop: Workshop, ada: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[4]))
    job = await workshop.ask(ada, "test.compute", seconds=1.2)
    running = asyncio.create_task(runner(workshop).run(ada.organization_id, job))
    seen = await workshop.until(ada, job, State.RUNNING)
    while not seen.state.is_over and seen.used.cpu_s < 0.2:
        seen = await workshop.jobs.changed(ada, seen, timeout_s=5)
    assert seen.state is State.RUNNING
    await running
    used = (await workshop.jobs.find(ada, job)).used
    assert 0.4 < used.cpu_s < 5.0
    assert 64 << 20 < used.memory_peak_bytes < 600 << 20


async def test_a_database_that_goes_away_is_no_fault_of_the_job(
    workshop: Workshop, ada: Principal, ready_urls: Urls
) -> None:
    job = await workshop.ask(ada, text="x", seconds=0.3)
    running = asyncio.create_task(runner(workshop).run(ada.organization_id, job))
    await workshop.begun(ada, "x")
    with psycopg.connect(ready_urls.app, autocommit=True) as other:
        other.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = current_user and datname = current_database()"
            " and pid <> pg_backend_pid()"
        )
    await running
    found = await workshop.jobs.find(ada, job)
    assert (found.state, found.tries) == (State.SUCCEEDED, 1)
    assert await done(workshop, ada, "x") == 1


async def test_what_a_job_had_others_do_is_not_done_again(
    workshop: Workshop, ada: Principal
) -> None:
    job = await workshop.ask(ada, "test.parent", text="x", seconds=0.3)
    cut = asyncio.create_task(runner(workshop).run(ada.organization_id, job))
    await workshop.begun(ada, "parent x")
    cut.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cut
    await runner(workshop).run(ada.organization_id, job)
    assert (await workshop.jobs.find(ada, job)).state is State.SUCCEEDED
    assert await done(workshop, ada, "x") == 2, "two calls, each once"
