"""Two organizations in one server, each with people of every role and something of everything."""

import asyncio
import collections
import contextlib
import dataclasses
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from morello.app.server.wiring.job_ports import JobFacts
from morello.app.server.wiring.service import RunningService
from morello.doors.live.stream import Streams
from morello.doors.rest.application import Application
from morello.jobs.durable.engine import prepare
from morello.jobs.durable.worker import JobWorker
from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION, new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Effect, Principal
from morello.kernel.settings import Settings
from morello.kernel.tool import Tool

from .canary import Heard, Nest, words_in
from .doors import through_pipeline, through_rest
from .house import House, as_text
from .trial import Draw, Trial

DOORS = ("pipeline", "rest")


class Street:
    """Two houses, the installation they stand in, and the ways into them."""

    def __init__(self, service: RunningService, client: httpx.AsyncClient) -> None:
        self.service, self.client = service, client
        self.one, self.other = (House(service, new_id(), Nest(seed)) for seed in (1, 2))
        self.super_admin = Principal(
            organization_id=INSTALLATION,
            subject_id=new_id(),
            name="super",
            role=Role.SUPER_ADMIN,
        )
        self.heard: dict[uuid.UUID, Heard] = collections.defaultdict(Heard)

    @property
    def tools(self) -> list[Tool]:
        registry = self.service.registry
        return [
            registry.find(each.name, LOCAL_ORGANIZATION)
            for each in registry.listed(LOCAL_ORGANIZATION)
        ]

    def houses(self) -> tuple[tuple[House, House], tuple[House, House]]:
        """Who tries, and against whom."""
        return (self.one, self.other), (self.other, self.one)

    async def attempt(self, trial: Trial, house: House) -> list[str]:
        """Make a trial as one of the house; return everything that is shown."""
        if trial.role is Role.SUPER_ADMIN:
            harmless = dataclasses.replace(trial, given=self._spared(trial))
            return await through_pipeline(self.service.caller, harmless, self.super_admin)
        if trial.door == "pipeline":
            return await through_pipeline(self.service.caller, trial, house.people[trial.role])
        bearer = house.bearers[trial.role]
        return await through_rest(self.client, trial, bearer, house.organization_id)

    def _spared(self, trial: Trial) -> dict[str, Any]:
        """The input, but for what a super admin may do to the houses: to limit or suspend them."""
        if trial.tool.effect is Effect.READS or trial.tool.room != "organizations":
            return trial.given
        text = as_text(trial.given)
        for house in (self.one, self.other):
            text = text.replace(str(house.organization_id), str(new_id()))
        given: dict[str, Any] = json.loads(text)
        return given

    def forbidden(self, trial: Trial, here: House, there: House) -> set[str]:
        """What the one who tries may not be shown."""
        if trial.role is Role.SUPER_ADMIN:
            every = here.nest.secrets | there.nest.secrets
            return every - here.nest.known_to_installation - there.nest.known_to_installation
        return there.nest.secrets | here.nest.hidden_from(trial.role)

    def draw(self, seed: int, here: House, there: House) -> Draw:
        """Trials of one house against the other."""
        return Draw(seed, here.nest, there.nest, DOORS)

    def hear(self, trial: Trial, house: House) -> set[str]:
        """Return what may be said back: the caller's words, their name, and what is kept."""
        caller = house.people.get(trial.role, self.super_admin)
        given = [trial.given, trial.idempotency_key, trial.approval, trial.company, caller.name]
        said, heard = words_in(as_text(given)), self.heard[caller.organization_id]
        heard.ever |= said
        if trial.tool.effect is not Effect.READS:
            heard.stored |= said
        tells_of_calls = trial.tool.room in {"audit", "jobs", "operations"}
        return said | (heard.ever if tells_of_calls else heard.stored)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def street(postgres: Any, tmp_path_factory: Any) -> AsyncIterator[Street]:
    """One server for a module's tests."""
    async with opened(postgres, tmp_path_factory.mktemp("home")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def new_street(postgres: Any, tmp_path: Path) -> AsyncIterator[Street]:
    """A server of a test's own."""
    async with opened(postgres, tmp_path) as made:
        yield made


@contextlib.asynccontextmanager
async def opened(postgres: Any, home: Path) -> AsyncIterator[Street]:
    """A server with two houses in it, and nobody working any more."""
    name = f"test_street_{new_id().hex}"
    urls = postgres.make_database(name)
    settings = Settings.load(
        {
            "MORELLO_HOME": str(home),
            "MORELLO_RATE_PER_S": "1000000",
            "MORELLO_COMPANY_HEADER_REQUIRED": "false",
        }
    )
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(postgres.drop_database, name)
        service = await RunningService.open(settings, urls.app, name="test")
        stack.push_async_callback(service.close)
        await service.foundation.identity.bootstrap.run()
        door = Application.of(service, Streams(service.caller).events)
        transport = httpx.ASGITransport(app=door)
        address = f"http://localhost:{settings.port}"
        client = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url=address)
        )
        made = Street(service, client)
        await asyncio.to_thread(prepare, urls.owner)
        async with working(service, urls.app):
            for house in (made.one, made.other):
                await house.build()
        yield made


@contextlib.asynccontextmanager
async def working(service: RunningService, url: str) -> AsyncIterator[None]:
    """Have somebody do the jobs while the block lasts."""
    on, stop = service.foundation, asyncio.Event()
    worker = JobWorker(
        url=url,
        jobs=service.corridor.jobs,
        facts=JobFacts(on.log, on.clock),
        caller=service.corridor.pipeline,
    )
    serving = asyncio.create_task(worker.serve(stop))
    try:
        yield
    finally:
        stop.set()
        await serving
