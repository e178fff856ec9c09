"""The worker process's part: take jobs, run them, and leave nothing behind when asked to stop."""

import asyncio
import contextlib
import dataclasses
import uuid

from morello.jobs.durable.attempt import JobRunner
from morello.jobs.durable.engine import Engine
from morello.jobs.durable.heart import Heart
from morello.jobs.durable.jobs import Jobs
from morello.jobs.durable.ports import Facts
from morello.kernel.caller import Caller
from morello.kernel.ids import new_id
from morello.storage.postgres.database import Database
from morello.storage.postgres.migrations.roles import JOBS


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class JobWorker:
    """What a worker process needs, wired by `app`."""

    url: str
    """Of the app's login."""
    jobs: Jobs
    facts: Facts
    caller: Caller
    worker_id: uuid.UUID = dataclasses.field(default_factory=new_id)

    async def serve(self, stopping: asyncio.Event) -> None:
        """Take jobs until `stopping` is set; then finish what can be finished in time.

        What cannot is handed back, for another worker to begin again. Raises Unavailable when
        there is no database.
        """
        settings, store = self.jobs.settings, self.jobs.store
        engine = Engine(self.url, self.worker_id)
        database = await Database.open(self.url, role=JOBS, connections_max=2)
        heart = Heart(
            worker_id=self.worker_id,
            database=database,
            store=store,
            engine=engine,
            clock=store.clock,
        )
        runner = JobRunner(
            worker_id=self.worker_id,
            store=store,
            parcels=self.jobs.parcels,
            passports=self.jobs.passports,
            facts=self.facts,
            caller=self.caller,
        )
        async with contextlib.AsyncExitStack() as leaving:
            leaving.callback(engine.close)
            leaving.push_async_callback(database.close)
            await heart.beat()
            await engine.start(runner.run, at_once_max=settings.jobs_at_once_max)
            beating = asyncio.create_task(heart.beat_until_cancelled())
            try:
                await stopping.wait()
                drain_s = settings.drain_timeout_s if runner.is_busy else 0
                await engine.stop(drain_s=drain_s)
            finally:
                beating.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await beating
            await runner.idle()
            await heart.leave()
