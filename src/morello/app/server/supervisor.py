"""The supervisor: brings a server up, keeps its processes there, and stops all of it.

    home held → port held → processes start and import → PostgreSQL → migrate → charge them → ready

Nobody but it knows where the database is until it tells.
"""

import asyncio
import contextlib
import dataclasses
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from importlib import metadata

from pydantic import SecretStr

from morello.app.server.charge import Charge
from morello.app.server.child import Child
from morello.app.server.home import SUPERVISOR, Home, Running
from morello.app.server.keeper import Keeper
from morello.app.server.listening import listen, url_of
from morello.app.server.postgres import Embedded, Given, Postgres
from morello.app.server.schema import bring_up_to_date
from morello.kernel.clock import Clock, SystemClock
from morello.kernel.messages import Message
from morello.kernel.protocols.server import Audience, Part, Status
from morello.kernel.settings import Settings
from morello.storage.postgres.urls import given_urls

_API, _WORKER = "morello.app.server.process.api", "morello.app.server.process.worker"
_BEYOND_DRAINING_S = 5.0
"""What a process may take to end once it has drained."""
_ONE_WISH_S = 0.5
"""Signals this close to each other say one thing: some programs send theirs twice."""


class Supervisor:
    """The server of one home folder. Implements `kernel.protocols.server.Server`."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._home = Home(settings.home)

    async def status(self) -> Status:
        """Look at what runs, without starting anything."""
        from morello.app.server.status import look  # noqa: PLC0415 - for who asks only

        return await look(self._home)

    async def up(self, audience: Audience, *, wants_link: bool = False) -> None:
        """Start everything and stay until asked to stop.

        Raises Conflict when the home or the port is taken, and what a part fails with.
        """
        with self._home.held(), contextlib.ExitStack() as held:
            listening = [held.enter_context(each) for each in listen(self._settings)]
            run = _Run(self._settings, self._clock, self._home, listening, audience, wants_link)
            await run.until_stopped()


@dataclasses.dataclass(slots=True)
class _Run:
    """A server from its start to its end."""

    settings: Settings
    clock: Clock
    home: Home
    listening: list[socket.socket]
    audience: Audience
    wants_link: bool
    postgres: Postgres = dataclasses.field(init=False)
    apis: list[Keeper] = dataclasses.field(init=False)
    worker: Keeper = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        urls = given_urls(self.settings)
        self.postgres = Given(urls) if urls else Embedded(self.settings.home)
        self.apis = [
            self._keeper(_named("api", number), self._starter(_API, each.fileno()))
            for number, each in enumerate(self.listening, start=1)
        ]
        self.worker = self._keeper("worker", self._starter(_WORKER))

    async def until_stopped(self) -> None:
        """Prepare, say that it is ready, and wait to be stopped; then stop all of it."""
        with _asked_to_stop(hurry=self._hurry) as stop:
            asked = asyncio.create_task(stop.wait())
            begun = asyncio.create_task(self._begin())
            try:
                await asyncio.wait((asked, begun), return_when=asyncio.FIRST_COMPLETED)
                if begun.done():
                    begun.result()
                    self.audience.ready(await begun)
                    keeping = asyncio.create_task(self.postgres.keep(self._tell, self._write))
                    await asked
                    keeping.cancel()
                self._tell(Message(id="server.stopping"))
            finally:
                begun.cancel()
                await asyncio.gather(begun, return_exceptions=True)
                await self._stop()

    async def _begin(self) -> Message:
        self._tell(Message(id="server.starting", parameters={"home": str(self.home.folder)}))
        await asyncio.gather(*(each.warm() for each in self._kept))
        urls = await self.postgres.start()
        await asyncio.to_thread(bring_up_to_date, urls)
        charge = Charge(database_url=SecretStr(urls.app), is_first=True, wants_link=self.wants_link)
        word, *_ = await asyncio.gather(
            *(
                api.begin(charge.model_copy(update={"listening": each.fileno(), "number": number}))
                for number, (api, each) in enumerate(
                    zip(self.apis, self.listening, strict=True), start=1
                )
            ),
            self.worker.begin(charge),
        )
        if not word.link:
            return Message(id="server.ready_again", parameters={"url": self._url})
        return Message(id="server.ready", parameters={"link": word.link})

    def _hurry(self) -> None:
        """Stop without waiting for what runs; what was recorded is kept."""
        for each in self._kept:
            each.kill()

    async def _stop(self) -> None:
        within_s = self.settings.drain_timeout_s + _BEYOND_DRAINING_S
        await asyncio.gather(*(each.stop(within_s=within_s) for each in self._kept))
        await self.postgres.stop()

    @property
    def _kept(self) -> list[Keeper]:
        return [*self.apis, self.worker]

    @property
    def _url(self) -> str:
        return url_of(self.settings)

    def _keeper(self, name: str, start: Callable[[], Awaitable[Child]]) -> Keeper:
        return Keeper(
            name=name, start=start, clock=self.clock, tell=self._tell, changed=self._write
        )

    def _starter(self, module: str, listening: int | None = None) -> Callable[[], Awaitable[Child]]:
        log = self.settings.home / "logs" / f"{module.rpartition('.')[2]}.err"

        async def start() -> Child:
            return await Child.start(module, log=log, clock=self.clock, listening=listening)

        return start

    def _tell(self, message: Message) -> None:
        self.audience.preparing(message)

    def _write(self) -> None:
        """Write down what runs, for whoever asks."""
        version = metadata.version("morello")
        kept = [
            Part(
                name=each.name,
                pid=each.child.pid,
                since=each.child.since,
                address=self._url if each in self.apis else "",
                version=version,
            )
            for each in self._kept
            if each.child is not None
        ]
        own = Part(name=SUPERVISOR, pid=os.getpid(), since=self.clock.now(), version=version)
        self.home.write(Running(url=self._url, parts=[own, self.postgres.part(), *kept]))


def _named(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


@contextlib.contextmanager
def _asked_to_stop(hurry: Callable[[], None]) -> Iterator[asyncio.Event]:
    """Give an event that Ctrl-C and SIGTERM set; asked once more later, `hurry`."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    asking = (signal.SIGINT, signal.SIGTERM)
    asked_s = 0.0

    def ask() -> None:
        nonlocal asked_s
        if not stop.is_set():
            asked_s = loop.time()
            stop.set()
        elif loop.time() > asked_s + _ONE_WISH_S:
            hurry()

    for each in asking:
        loop.add_signal_handler(each, ask)
    try:
        yield stop
    finally:
        for each in asking:
            loop.remove_signal_handler(each)
