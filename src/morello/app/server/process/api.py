"""The API process: answers requests at the socket that its supervisor holds."""

import asyncio
import socket

from morello.app import logs
from morello.app.server.charge import Charge, Said
from morello.app.server.leash import Leash
from morello.app.server.listening import url_of
from morello.app.server.process.answering import answer
from morello.app.server.process.figures import shown
from morello.app.server.process.first import first_way_in
from morello.app.server.process.running import nowhere, run, settle
from morello.app.server.wiring.service import RunningService
from morello.doors.live.stream import Streams
from morello.doors.rest.application import Application
from morello.kernel.settings import Settings


async def work(leash: Leash, charge: Charge, stop: asyncio.Event) -> None:
    """Answer until asked to stop."""
    settings, url = Settings.load(), charge.database_url.get_secret_value()
    name = "api" if charge.number == 1 else f"api-{charge.number}"
    logs.begin(settings, name, stream=nowhere())
    service = await RunningService.open(settings, url, name=name, sharing=settings.api_processes)
    try:
        link = ""
        if charge.is_first and charge.number == 1:
            token = await first_way_in(service, leash, wants_link=charge.wants_link)
            link = f"{url_of(settings)}/?link={token}" if token else ""
        assert charge.listening is not None, "the API has somewhere to answer"
        door = Application.of(service, Streams(service.caller).events)
        settle()

        def ready() -> None:
            leash.tell(Said.READY, link=link)
            service.foundation.pool.warm()

        with shown(service.corridor.observing.metrics, _metrics_port(settings, charge.number)):
            await answer(
                door,
                socket.socket(fileno=charge.listening),
                stop=stop,
                ready=ready,
                drain=service.caller.end,
                drain_timeout_s=settings.drain_timeout_s,
            )
    finally:
        await service.close()


def _metrics_port(settings: Settings, number: int) -> int:
    """Return where one of several processes shows its figures; one alone has its door for that."""
    if settings.api_processes == 1 or not settings.metrics_port:
        return 0
    return settings.metrics_port + number


if __name__ == "__main__":
    run(Leash.take(), work)
