"""The world in which any tool is tested: an installation, organizations, the sample imported."""

import contextlib
import dataclasses
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from morello import app as installation
from morello import sample
from morello.identity.approvals import Approvals, MemoryApprovals
from morello.kernel.caller import Call, Reply
from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import NotFound
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.permission import RIGHTS, Role
from morello.kernel.principal import Effect, Principal
from morello.kernel.registry import Registry
from morello.kernel.settings import Settings
from morello.kernel.tool import Tool
from morello.kernel.values import Blob
from morello.ledger.event import Event
from morello.ledger.log import Log
from morello.ledger.memory import MemoryLog
from morello.pipeline.providers.folder import FolderTools
from morello.pipeline.providers.packages import PackageTools

REGISTRY = Registry([FolderTools(), PackageTools()])
ORDERS = Path(sample.__file__).with_name("orders.csv")
TINY = "city,visitors\nSeoul,120\nBusan,80\nJeju,45\n"
_EVENTS_MAX = 100_000


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every test that asks for a `tool` each tool there is.

    What needs a server is declared like any other but does not run here: that is `served`.
    """
    tools = [
        REGISTRY.find(each.name, LOCAL_ORGANIZATION) for each in REGISTRY.listed(LOCAL_ORGANIZATION)
    ]
    runs_here = not {"world", "other", "tmp_path"}.isdisjoint(metafunc.fixturenames)
    if "tool" in metafunc.fixturenames:
        asked = [each for each in tools if not (runs_here and each.needs_server)]
        metafunc.parametrize("tool", asked, ids=lambda each: each.name)
    if "served" in metafunc.fixturenames:
        asked = [each for each in tools if each.needs_server]
        metafunc.parametrize("served", asked, ids=lambda each: each.name)


@dataclasses.dataclass(frozen=True)
class World:
    """One organization in one installation."""

    app: installation.App
    organization_id: uuid.UUID
    subject_id: uuid.UUID = dataclasses.field(default_factory=new_id)

    @property
    def log(self) -> MemoryLog:
        found = self.app.parts[Log]
        assert isinstance(found, MemoryLog)
        return found

    @property
    def approvals(self) -> MemoryApprovals:
        found = self.app.parts[Approvals]
        assert isinstance(found, MemoryApprovals)
        return found

    def somebody(self, role: Role = Role.ORG_ADMIN, **more: Any) -> Principal:
        """A new person of this organization."""
        return Principal(
            organization_id=self.organization_id,
            subject_id=more.pop("subject_id", None) or new_id(),
            name="somebody",
            role=role,
            **more,
        )

    def entitled(self, tool: Tool, **more: Any) -> Principal:
        """Somebody whose role may call the tool."""
        role = next(
            each for each in (Role.ORG_ADMIN, Role.SUPER_ADMIN) if RIGHTS[each] & tool.permission
        )
        return self.somebody(role, subject_id=self.subject_id, **more)

    async def call(self, tool: str, given: dict[str, Any], **more: Any) -> Reply:
        principal = more.pop("principal", None) or self.somebody(subject_id=self.subject_id)
        return await self.app.caller.call(Call(tool=tool, given=given, principal=principal, **more))

    async def run(self, tool: Tool, **more: Any) -> Reply:
        """Run a tool's example."""
        principal = more.pop("principal", None) or self.entitled(tool)
        given = await self.example(tool)
        return await self.call(tool.name, given, principal=principal, **more)

    async def example(self, tool: Tool) -> dict[str, Any]:
        """The example, its world prepared: what it names is there."""
        return await prepare(self, tool)

    async def has(self, name: str, tool: str = "data.describe") -> bool:
        try:
            await self.call(tool, {"data" if tool.startswith("data.") else "model": name})
        except NotFound:
            return False
        return True

    async def events(self) -> list[Event]:
        """Everything in this organization's log."""
        return [each async for each in self.log.follow(self.organization_id, limit=_EVENTS_MAX)]


async def prepare(world: World, tool: Tool) -> dict[str, Any]:
    """Import what an example names, and replace ids that only exist once something happened."""
    example = dict(tool.example)
    text = json.dumps(example)
    if "tiny" in text and tool.name != "data.import" and not await world.has("tiny"):
        await world.call(
            "data.import", {"file": {"name": "tiny.csv", "text": TINY}, "name": "tiny"}
        )
    if ("orders" in text or "model" in example) and not await world.has("orders"):
        await world.call("data.import", {"file": Blob.from_path(ORDERS), "name": "orders"})
    if "model" in example and not await world.has(example["model"], "models.describe"):
        training = REGISTRY.find("models.train", LOCAL_ORGANIZATION).example
        await world.call("models.train", training)
    if "event" in example:
        reply = await world.call("data.list", {})
        example["event"] = str(reply.event_id)
    if "approval" in example:
        asking = world.somebody(approval_for=frozenset(Effect))
        with contextlib.suppress(Exception):
            await world.call("data.list", {}, principal=asking)
        waiting = await world.approvals.open(world.organization_id)
        example["approval"] = str(waiting[0].id)
    return example


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[installation.App]:
    """One installation for all tests of this folder."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings.load({"MORELLO_HOME": str(home), "MORELLO_RATE_PER_S": "100000"})
    running = installation.build(settings)
    yield running
    await running.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def first(app: installation.App) -> World:
    """The organization that has the sample; tools that write get one of their own instead."""
    world = World(app, new_id())
    await world.call("data.import", {"file": Blob.from_path(ORDERS), "name": "orders"})
    await world.call("data.import", {"file": {"name": "tiny.csv", "text": TINY}, "name": "tiny"})
    return world


@pytest.fixture
def world(app: installation.App, first: World, tool: Tool) -> World:
    """The organization in which a tool runs: a new one for a tool that changes something."""
    return first if tool.effect is Effect.READS else World(app, new_id())


@pytest.fixture
def other(app: installation.App) -> World:
    """Another, empty organization."""
    return World(app, new_id())


@pytest.fixture
def cancelled() -> Cancellation:
    """A cancellation that was asked for before the call."""
    cancellation = Cancellation()
    cancellation.cancel()
    return cancellation
