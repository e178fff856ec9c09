"""The worker process: takes jobs from the queues and runs them in a corridor of its own."""

import asyncio

from morello.app import logs
from morello.app.server.charge import Charge, Said
from morello.app.server.leash import Leash
from morello.app.server.process.figures import shown
from morello.app.server.process.housekeeping import kept
from morello.app.server.process.running import nowhere, run, settle
from morello.app.server.wiring.job_ports import JobFacts
from morello.app.server.wiring.service import RunningService
from morello.jobs.durable.worker import JobWorker
from morello.kernel.settings import Settings


async def work(leash: Leash, charge: Charge, stop: asyncio.Event) -> None:
    """Serve jobs until asked to stop."""
    settings, url = Settings.load(), charge.database_url.get_secret_value()
    logs.begin(settings, "worker", stream=nowhere())
    service = await RunningService.open(settings, url, name="worker")
    try:
        on = service.foundation
        worker = JobWorker(
            url=url,
            jobs=service.corridor.jobs,
            facts=JobFacts(on.log, on.clock),
            caller=service.corridor.pipeline,
        )
        settle()
        with shown(service.corridor.observing.metrics, settings.metrics_port):
            leash.tell(Said.READY)
            on.pool.warm()
            async with kept(on):
                await worker.serve(stop)
    finally:
        await service.close()


if __name__ == "__main__":
    run(Leash.take(), work)
