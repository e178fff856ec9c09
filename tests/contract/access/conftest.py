"""A small server: the corridor over PostgreSQL, with people, and the installation's first start."""

import dataclasses
import datetime
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from morello.identity.approvals import Approvals, MemoryApprovals
from morello.identity.bootstrap import FirstPerson
from morello.identity.identity import Identity
from morello.identity.quotas import MemoryQuotas
from morello.kernel.caller import Call
from morello.kernel.clock import StoppedClock
from morello.kernel.errors import MorelloError
from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION, new_id
from morello.kernel.permission import Role
from morello.kernel.principal import NOBODY, Kind, Origin, Principal
from morello.kernel.protocols.authenticator import Credentials
from morello.kernel.protocols.quotas import Quotas
from morello.kernel.registry import Registry
from morello.kernel.settings import Settings
from morello.ledger.event import Event
from morello.ledger.log import Log
from morello.ledger.memory import MemoryLog
from morello.pipeline.admit import Admission
from morello.pipeline.authorize import Authority
from morello.pipeline.call import Pipeline
from morello.pipeline.providers.folder import FolderTools
from morello.pipeline.recall import Memory
from morello.pipeline.record import Recorder
from morello.pipeline.resolve import Resolver
from morello.pipeline.run import Runner
from morello.storage.keys import MasterKeys
from morello.storage.postgres.database import Database

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
PASSWORD = "cherry blossom in spring"
ORIGIN = Origin(door="rest", address="192.0.2.7", user_agent="Firefox on a desk")


@dataclasses.dataclass(frozen=True)
class House:
    """An installation: its corridor, who knows callers, and its ledgers."""

    pipeline: Pipeline
    identity: Identity
    database: Database
    log: MemoryLog
    clock: StoppedClock
    keys: MasterKeys

    async def call(
        self, principal: Principal, tool: str, given: dict[str, Any] | None = None, **more: Any
    ) -> Any:
        """Make a call as somebody; return its output."""
        call = Call(tool=tool, given=given or {}, principal=principal, origin=ORIGIN, **more)
        return (await self.pipeline.call(call)).output

    async def who(self, origin: Origin = ORIGIN, **shown: Any) -> Principal:
        """Come to the door with something."""
        return await self.identity.authenticator.principal(Credentials(**shown), origin)

    async def sign_in(self, email: str, password: str = PASSWORD, **more: Any) -> Any:
        given = {"email": email, "password": password, **more}
        return await self.call(NOBODY, "access.sign_in", given)

    async def enter(self, email: str, **more: Any) -> Principal:
        """Sign in and come to the door with the session."""
        opened = (await self.sign_in(email, **more)).opened
        return await self.who(session=secret(opened.session), csrf=opened.csrf)

    async def member(
        self,
        role: Role = Role.VIEWER,
        organization_id: uuid.UUID = LOCAL_ORGANIZATION,
        email: str = "",
    ) -> Principal:
        """Invite somebody, have them accept, and come to the door as them."""
        email = email or f"{new_id().hex}@example.org"
        head = Role.SUPER_ADMIN if organization_id == INSTALLATION else Role.ORG_ADMIN
        host = system(organization_id, head)
        invited = await self.call(host, "access.invite", {"email": email, "role": role})
        given = {"link": secret(invited.link), "password": PASSWORD, "name": "Berry"}
        opened = await self.call(NOBODY, "access.accept_invitation", given)
        return await self.who(session=secret(opened.session), csrf=opened.csrf)

    async def organization(self) -> uuid.UUID:
        """Make another organization."""
        boss = system(INSTALLATION, Role.SUPER_ADMIN)
        slug = f"o-{new_id().hex}"
        given = {"name": "Orchard", "slug": slug, "admin": f"{slug}@example.org"}
        made = await self.call(boss, "organizations.create", given)
        organization_id: uuid.UUID = made.organization.id
        return organization_id

    async def events(self, organization_id: uuid.UUID) -> list[Event]:
        """Everything in one ledger."""
        return [each async for each in self.log.follow(organization_id, limit=100_000)]


def secret(credential: Any) -> str:
    text: str = credential.secret.get_secret_value()
    return text


def system(organization_id: uuid.UUID, role: Role = Role.ORG_ADMIN) -> Principal:
    """The installation itself, acting in an organization."""
    return Principal(
        organization_id=organization_id,
        subject_id=INSTALLATION,
        name="Morello",
        role=role,
        kind=Kind.SYSTEM,
    )


async def refused(house: House, error: type[MorelloError], **shown: Any) -> str:
    """Show something that is refused; return why, having checked that it is recorded."""
    organizations = (INSTALLATION, LOCAL_ORGANIZATION)
    before = {each: len(await house.events(each)) for each in organizations}
    with pytest.raises(error) as caught:
        await house.who(**shown)
    new = [e for each in organizations for e in (await house.events(each))[before[each] :]]
    (event,) = new
    assert event.kind == "credential.refused"
    assert event.result["error"] == caught.value.message.id
    assert {"address", "user_agent"} <= set(event.personal)
    for each in shown.values():
        assert str(each) not in event.model_dump_json() or not each or len(str(each)) < 20
    return f"{event.who['organization'][-1]} {caught.value.message.id}"


class _NoPool:
    """Nothing here runs in a worker."""


class _Nothing:
    """Nothing here touches data."""


@pytest_asyncio.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings(home=tmp_path, rate_per_s=100_000.0)
    clock, keys = StoppedClock(NOW), MasterKeys.random()
    log, nothing = MemoryLog(keys), _Nothing()
    identity = await Identity.open(database, keys, log, settings, clock)
    approvals, quotas = MemoryApprovals(clock), MemoryQuotas(settings)
    parts = {**identity.parts, Approvals: approvals, Quotas: quotas, Log: log, Settings: settings}
    pipeline = Pipeline(
        registry=Registry([FolderTools()]),
        resolver=Resolver(nothing, nothing),  # type: ignore[arg-type] # see above
        authority=Authority(approvals),
        admission=Admission(settings, clock, quotas),
        memory=Memory(settings.cache_bytes_max),
        runner=Runner(
            parts=parts,
            pool=_NoPool(),  # type: ignore[arg-type] # see above
            worker_parts="",
            analysis_timeout_s=60.0,
        ),
        recorder=Recorder(log=log, clock=clock),
        unit=database.unit,
    )
    yield House(pipeline, identity, database, log, clock, keys)
    identity.close()


@pytest_asyncio.fixture
async def first(house: House) -> FirstPerson:
    """The first start's person."""
    return await house.identity.bootstrap.run()


@pytest.fixture
def admin(first: FirstPerson) -> Principal:
    """The head of the first organization, as a system call would be made for them."""
    return system(first.organization_id)
