"""The worker process's part: take jobs, run them, and leave nothing behind when asked to stop."""

import asyncio
import contextlib
import dataclasses
import datetime
import logging
import uuid

from sqlalchemy.exc import DBAPIError

from morello.jobs.durable.attempt import JobRunner
from morello.jobs.durable.engine import Engine
from morello.jobs.durable.heart import Heart
from morello.jobs.durable.jobs import Jobs
from morello.jobs.durable.ports import Facts
from morello.kernel.caller import Caller
from morello.kernel.clock import Clock
from morello.kernel.ids import new_id
from morello.storage.postgres.database import Database
from morello.storage.postgres.migrations.roles import JOBS

FORGET_EVERY_S = 3600.0

_log = logging.getLogger(__name__)


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
            kept = datetime.timedelta(days=settings.jobs_kept_days)
            own = [
                asyncio.create_task(heart.beat_until_cancelled()),
                asyncio.create_task(_forget(engine, store.clock, kept)),
            ]
            try:
                await stopping.wait()
                drain_s = settings.drain_timeout_s if runner.is_busy else 0
                await engine.stop(drain_s=drain_s)
            finally:
                for each in own:
                    each.cancel()
                await asyncio.gather(*own, return_exceptions=True)
            await runner.idle()
            await heart.leave()


async def _forget(engine: Engine, clock: Clock, kept: datetime.timedelta) -> None:
    """Once an hour, remove from the queues what ended long ago."""
    while True:
        await asyncio.sleep(FORGET_EVERY_S)
        try:
            await engine.forget(clock.now() - kept)
        except DBAPIError:
            _log.exception("old jobs could not be removed from their queues")
