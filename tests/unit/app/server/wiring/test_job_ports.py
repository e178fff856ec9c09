import dataclasses
import datetime
import uuid

import pytest

from morello.app.server.wiring.job_ports import JobFacts, JobPassports
from morello.identity.callers import By, Found
from morello.kernel.clock import StoppedClock
from morello.kernel.context import Fact
from morello.kernel.errors import Forbidden, Unauthenticated
from morello.kernel.ids import new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Kind, Principal
from morello.ledger.memory import MemoryLog
from morello.storage.keys import MasterKeys

ORGANIZATION = new_id()
NOON = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)
ANN = Principal(
    organization_id=ORGANIZATION, subject_id=new_id(), name="Ann", role=Role.DATA_SCIENTIST
)


def found(principal: Principal, **changed: object) -> Found:
    known = Found(
        organization_id=principal.organization_id,
        organization="Farm",
        slug="farm",
        region=None,
        shut=False,
        account_id=principal.subject_id,
        name=principal.name,
        email="ann@example.org",
        epoch=0,
        password_hash=None,
        role="viewer",
        approval_for=(),
        credential_id=principal.credential_id,
        credential_kind="key" if principal.kind is Kind.KEY else None,
        credential_role=None,
        scopes=None,
        used_at=None,
        expires_at=None,
    )
    return dataclasses.replace(known, **changed)  # type: ignore[arg-type] # a test's own


class People:
    """Whoever is there now, by what they are asked for."""

    def __init__(self, *known: Found) -> None:
        self.known = list(known)
        self.asked: list[tuple[By, str]] = []

    async def find(self, by: By, value: str) -> list[Found]:
        self.asked.append((by, value))
        return self.known


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOON)


def passports(people: People, clock: StoppedClock) -> JobPassports:
    return JobPassports(MasterKeys(b"k" * 32), people, clock)  # type: ignore[arg-type] # a fake


async def test_whoever_asked_has_the_rights_they_have_now(clock: StoppedClock) -> None:
    people = People(found(ANN, organization_id=new_id()), found(ANN))
    ours = passports(people, clock)
    holder = await ours.holder(await ours.issue(ANN))
    assert (holder.subject_id, holder.role) == (ANN.subject_id, Role.VIEWER)
    assert people.asked == [(By.ACCOUNT, str(ANN.subject_id))]


async def test_a_key_has_to_be_there_still(clock: StoppedClock) -> None:
    program = ANN.model_copy(update={"kind": Kind.KEY, "credential_id": new_id()})
    people = People(found(program, scopes=("data.*",)))
    ours = passports(people, clock)
    passport = await ours.issue(program)
    assert (await ours.holder(passport)).scopes == frozenset({"data.*"})
    assert people.asked == [(By.KEY_ID, str(program.credential_id))]
    people.known = [found(program, expires_at=NOON)]
    with pytest.raises(Forbidden):
        await ours.holder(passport)


@pytest.mark.parametrize("people", [People(), People(found(ANN, shut=True))])
async def test_who_has_gone_gets_nothing(people: People, clock: StoppedClock) -> None:
    ours = passports(people, clock)
    with pytest.raises(Forbidden):
        await ours.holder(await ours.issue(ANN))


async def test_forged_and_old_ones_are_refused(clock: StoppedClock) -> None:
    ours = passports(People(found(ANN)), clock)
    passport = await ours.issue(ANN)
    with pytest.raises(Unauthenticated):
        await ours.holder(passport[:-5] + "AAAAA")
    clock.advance(8 * 86_400)
    with pytest.raises(Unauthenticated):
        await ours.holder(passport)


async def test_the_installation_needs_no_account(clock: StoppedClock) -> None:
    system = ANN.model_copy(update={"kind": Kind.SYSTEM})
    ours = passports(People(), clock)
    assert await ours.holder(await ours.issue(system)) == system


async def test_facts_of_jobs_go_to_the_ledger(clock: StoppedClock) -> None:
    log, subject = MemoryLog(MasterKeys.random()), new_id()
    job: uuid.UUID = new_id()
    fact = Fact(stream=f"job:{job}", kind="job.started", body={"tries": 1})
    await JobFacts(log, clock).tell(ORGANIZATION, fact, subject=subject, unit=None)
    events = [each async for each in log.read(ORGANIZATION, f"job:{job}")]
    assert [(each.kind, each.at, each.what) for each in events] == [
        ("job.started", NOON, {"tries": 1})
    ]
    assert events[0].who["subject"] == str(subject)
