"""What every keeper of approvals does: one person asks, another decides, one call gets through."""

import asyncio
import datetime
import uuid
from typing import Any

import pytest

from morello.identity import approvals as module
from morello.identity.approvals import LIFETIME, Approvals, Decision, MemoryApprovals
from morello.identity.postgres_approvals import PostgresApprovals
from morello.kernel.clock import StoppedClock
from morello.kernel.errors import ApprovalRequired, Busy, Conflict, Forbidden, NotFound
from morello.kernel.ids import new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Principal

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
CALL = ("data.delete", "ab" * 32)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture(params=["memory", "postgres"])
def approvals(request: pytest.FixtureRequest, clock: StoppedClock) -> Approvals:
    if request.param == "memory":
        return MemoryApprovals(clock)
    return PostgresApprovals(request.getfixturevalue("database"), clock)


def somebody(organization_id: uuid.UUID) -> Principal:
    return Principal(
        organization_id=organization_id, subject_id=new_id(), name="x", role=Role.ORG_ADMIN
    )


@pytest.fixture
def asking() -> Principal:
    return somebody(new_id())


@pytest.fixture
def deciding(asking: Principal) -> Principal:
    return somebody(asking.organization_id)


async def test_what_is_approved_lets_one_call_in(
    approvals: Approvals, asking: Principal, deciding: Principal
) -> None:
    asked = await approvals.ask(asking, *CALL)
    assert (asked.decision, asked.expires_at) == (Decision.OPEN, NOW + LIFETIME)
    assert list(await approvals.open(asking.organization_id)) == [asked]
    with pytest.raises(ApprovalRequired):
        await approvals.use(asked.id, asking, *CALL)
    decided = await approvals.decide(deciding, asked.id, Decision.APPROVED)
    assert (decided.decision, decided.decided_by) == (Decision.APPROVED, deciding.subject_id)
    await approvals.use(asked.id, asking, *CALL)
    with pytest.raises(Conflict):
        await approvals.use(asked.id, asking, *CALL)
    assert list(await approvals.open(asking.organization_id)) == []


async def test_of_many_calls_at_once_one_is_let_in(
    approvals: Approvals, asking: Principal, deciding: Principal
) -> None:
    asked = await approvals.ask(asking, *CALL)
    await approvals.decide(deciding, asked.id, Decision.APPROVED)
    results = await asyncio.gather(
        *(approvals.use(asked.id, asking, *CALL) for _ in range(8)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in results) == ["Conflict"] * 7 + ["NoneType"]


async def test_asking_twice_is_one_request(approvals: Approvals, asking: Principal) -> None:
    first = await approvals.ask(asking, *CALL)
    again = await asyncio.gather(*(approvals.ask(asking, *CALL) for _ in range(4)))
    assert {each.id for each in again} == {first.id}
    other = await approvals.ask(asking, "data.delete", "cd" * 32)
    somebody_else = await approvals.ask(somebody(asking.organization_id), *CALL)
    assert len({first.id, other.id, somebody_else.id}) == 3


async def test_nobody_decides_for_themselves_or_twice(
    approvals: Approvals, asking: Principal, deciding: Principal
) -> None:
    asked = await approvals.ask(asking, *CALL)
    with pytest.raises(Forbidden):
        await approvals.decide(asking, asked.id, Decision.APPROVED)
    await approvals.decide(deciding, asked.id, Decision.DENIED)
    with pytest.raises(Conflict):
        await approvals.decide(deciding, asked.id, Decision.APPROVED)
    with pytest.raises(Forbidden):
        await approvals.use(asked.id, asking, *CALL)


async def test_an_approval_is_for_one_person_one_tool_and_one_input(
    approvals: Approvals, asking: Principal, deciding: Principal
) -> None:
    asked = await approvals.ask(asking, *CALL)
    await approvals.decide(deciding, asked.id, Decision.APPROVED)
    others: list[tuple[Any, ...]] = [
        (deciding, *CALL),
        (asking, "data.import", CALL[1]),
        (asking, CALL[0], "cd" * 32),
    ]
    for other in others:
        with pytest.raises(Forbidden):
            await approvals.use(asked.id, *other)


async def test_another_organization_s_requests_are_not_there(
    approvals: Approvals, asking: Principal
) -> None:
    asked = await approvals.ask(asking, *CALL)
    stranger = somebody(new_id())
    with pytest.raises(NotFound):
        await approvals.decide(stranger, asked.id, Decision.APPROVED)
    with pytest.raises(NotFound):
        await approvals.use(asked.id, stranger, *CALL)
    assert list(await approvals.open(stranger.organization_id)) == []


@pytest.mark.parametrize("is_approved", [True, False])
async def test_a_request_ends(
    approvals: Approvals,
    asking: Principal,
    deciding: Principal,
    clock: StoppedClock,
    is_approved: bool,
) -> None:
    asked = await approvals.ask(asking, *CALL)
    if is_approved:
        await approvals.decide(deciding, asked.id, Decision.APPROVED)
    clock.advance(LIFETIME.total_seconds())
    assert list(await approvals.open(asking.organization_id)) == []
    with pytest.raises(Conflict):
        await approvals.use(asked.id, asking, *CALL)
    with pytest.raises(Conflict):
        await approvals.decide(deciding, asked.id, Decision.APPROVED)
    again = await approvals.ask(asking, *CALL)
    assert again.id != asked.id
    with pytest.raises(NotFound):  # and is forgotten
        await approvals.use(asked.id, asking, *CALL)


async def test_there_is_an_end_to_asking(
    approvals: Approvals, asking: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "OPEN_MAX", 2)
    monkeypatch.setattr("morello.identity.postgres_approvals.OPEN_MAX", 2)
    for number in range(2):
        await approvals.ask(asking, "data.delete", f"{number}")
    with pytest.raises(Busy):
        await approvals.ask(asking, "data.delete", "2")
    assert (await approvals.ask(asking, "data.delete", "1")).input_digest == "1"
