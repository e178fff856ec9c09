"""An attempt in this process: what happens when somebody else takes the job over meanwhile."""

import asyncio
import uuid

import pytest

from morello.jobs.durable.attempt import JobRunner
from morello.jobs.durable.job import State
from morello.kernel.ids import new_id
from morello.kernel.principal import Principal

from .workshop import Workshop


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
