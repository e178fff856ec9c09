"""Long rounds: many jobs, workers killed at random moments, a database that is restarted."""

import asyncio
import os
import signal
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psycopg
import pytest

from morello.jobs.durable.engine import prepare
from morello.jobs.durable.job import State
from morello.kernel.principal import Principal
from morello.storage.postgres.database import Database
from morello.storage.postgres.migrate import migrate
from morello.storage.postgres.server import EmbeddedServer

from .conftest import Worker, started
from .workshop import EFFECTS, Workshop, somebody

JOBS, KILLS = 200, 12


async def effects(workshop: Workshop, who: Principal) -> Counter[str]:
    notes = await workshop.notes(who.organization_id)
    return Counter(text for text, _ in notes if text.startswith("done "))


@pytest.mark.prove
async def test_two_hundred_jobs_happen_once_while_workers_are_killed(
    workshop: Workshop, start_worker: Callable[[], Worker]
) -> None:
    random = np.random.default_rng(3)
    people = [somebody(uuid.UUID(int=number)) for number in range(1, 5)]
    workers = [start_worker(), start_worker()]
    asked = [
        (who, await workshop.ask(who, text=str(number), seconds=float(random.uniform(0, 0.4))))
        for number, who in ((each, people[each % len(people)]) for each in range(JOBS))
    ]
    for _ in range(KILLS):
        await asyncio.sleep(float(random.uniform(0.5, 3.0)))
        victim = workers.pop(int(random.integers(len(workers))))
        os.kill(victim.pid, signal.SIGKILL)
        workers.append(start_worker())
    counts: Counter[State] = Counter()
    for who, job in asked:
        counts[(await workshop.until(who, job, timeout_s=120.0)).state] += 1
    # One that was there at three deaths is given up, and has had no effect.
    assert counts[State.SUCCEEDED] >= JOBS - KILLS
    done: Counter[str] = Counter()
    for who in people:
        done += await effects(workshop, who)
    assert set(done.values()) == {1}
    assert sum(done.values()) == counts[State.SUCCEEDED]


@pytest.mark.slow
async def test_a_database_that_restarts_under_a_job_costs_no_try(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "home", {"shared_buffers": "32MB", "fsync": "off"})
    urls = await asyncio.to_thread(server.start)
    try:
        await asyncio.to_thread(migrate, urls)
        await asyncio.to_thread(prepare, urls.owner)
        with psycopg.connect(urls.owner, autocommit=True) as owner:
            owner.execute(EFFECTS)
        database = await Database.open(urls.app)
        workshop, ada = Workshop(database, tmp_path), somebody(uuid.UUID(int=1))
        with started(urls.app, tmp_path):
            job = await workshop.ask(ada, text="a", seconds=1.5)
            await workshop.begun(ada, "a")
            await asyncio.to_thread(server.stop)
            await asyncio.sleep(1.0)
            await asyncio.to_thread(server.start)
            ended = await workshop.until(ada, job, timeout_s=40.0)
            again = await workshop.ask(ada, text="b")
            assert (await workshop.until(ada, again)).state is State.SUCCEEDED
        assert (ended.state, ended.tries) == (State.SUCCEEDED, 1)
        assert await effects(workshop, ada) == {"done a": 1, "done b": 1}
        await workshop.close()
        await database.close()
    finally:
        await asyncio.to_thread(server.stop)
