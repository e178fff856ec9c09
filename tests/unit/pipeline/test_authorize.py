import uuid

import pytest

from morello.identity.approvals import Decision
from morello.kernel.errors import ApprovalRequired, Conflict, Forbidden
from morello.kernel.permission import Role
from morello.kernel.principal import Effect, Kind

from .conftest import Corridor, someone

ADMIN = someone(Role.ORG_ADMIN, subject_id=uuid.UUID(int=8))
AGENT = someone(kind=Kind.AGENT, approval_for=frozenset({Effect.WRITES}))


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.SUPER_ADMIN, False, False),
        (Role.ORG_ADMIN, True, True),
        (Role.DATA_SCIENTIST, True, True),
        (Role.VIEWER, True, False),
        (Role.GUEST, False, False),
    ],
)
async def test_each_role_may_do_what_it_may(
    corridor: Corridor, role: Role, reads: bool, writes: bool
) -> None:
    for name, may in (("test.echo", reads), ("test.write", writes)):
        if may:
            await corridor.call(name, principal=someone(role))
        else:
            with pytest.raises(Forbidden):
                await corridor.call(name, principal=someone(role))


async def test_a_scope_narrows_a_role(corridor: Corridor) -> None:
    narrow = someone(scopes=frozenset({"test.e*"}))
    await corridor.call("test.echo", principal=narrow)
    with pytest.raises(Forbidden):
        await corridor.call("test.write", principal=narrow)
    with pytest.raises(Forbidden):
        await corridor.call("test.echo", principal=someone(scopes=frozenset()))


async def test_data_that_must_stay_elsewhere_is_refused(corridor: Corridor) -> None:
    with pytest.raises(Forbidden):
        await corridor.call("test.echo", principal=someone(region="eu-west-1"))


async def _ask(corridor: Corridor) -> uuid.UUID:
    with pytest.raises(ApprovalRequired) as caught:
        await corridor.call("test.write", principal=AGENT)
    return uuid.UUID(caught.value.message.parameters["approval"])


async def test_what_needs_approval_runs_once_after_it(corridor: Corridor) -> None:
    request = await _ask(corridor)
    assert await _ask(corridor) == request, "asking again files no second request"
    with pytest.raises(ApprovalRequired):
        await corridor.call("test.write", principal=AGENT, approval=request)
    await corridor.approvals.decide(ADMIN, request, Decision.APPROVED)
    await corridor.call("test.write", principal=AGENT, approval=request)
    assert corridor.counter.calls == 1
    with pytest.raises(Conflict):
        await corridor.call("test.write", principal=AGENT, approval=request)


async def test_an_approval_holds_for_its_own_call_only(corridor: Corridor) -> None:
    request = await _ask(corridor)
    await corridor.approvals.decide(ADMIN, request, Decision.APPROVED)
    with pytest.raises(Forbidden):
        await corridor.call("test.write", "other", principal=AGENT, approval=request)


async def test_a_denied_request_stays_denied(corridor: Corridor) -> None:
    request = await _ask(corridor)
    await corridor.approvals.decide(ADMIN, request, Decision.DENIED)
    with pytest.raises(Forbidden):
        await corridor.call("test.write", principal=AGENT, approval=request)
    with pytest.raises(Conflict):
        await corridor.approvals.decide(ADMIN, request, Decision.APPROVED)


async def test_reads_of_an_agent_need_no_approval(corridor: Corridor) -> None:
    await corridor.call("test.echo", principal=AGENT)
