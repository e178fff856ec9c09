"""Contract: the example of every tool of access runs in a server, and its record is proven."""

import uuid
from typing import Any

import pytest

from morello.identity.bootstrap import FirstPerson
from morello.kernel.caller import Call, Reply
from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import ApprovalRequired, Cancelled
from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION
from morello.kernel.permission import Permission, Role
from morello.kernel.principal import NOBODY, Effect, Principal
from morello.kernel.registry import Registry
from morello.kernel.tool import Tool
from morello.kernel.values import DIGESTS_ONLY
from morello.pipeline.providers.folder import FolderTools

from .conftest import ORIGIN, PASSWORD, House, secret, system

pytestmark = pytest.mark.slow

REGISTRY = Registry([FolderTools()])
INSIDE = {"access.join", "access.start_session"}
"""Tools that only our own tools call; `test_signing_in` sees them at work."""


def tools() -> list[Tool]:
    listed = (each.name for each in REGISTRY.listed(LOCAL_ORGANIZATION))
    ours = (each for each in listed if each.startswith(("access.", "organizations.")))
    found = [REGISTRY.find(each, LOCAL_ORGANIZATION) for each in ours if each not in INSIDE]
    return [each for each in found if each.needs_server]


EMAIL = "cherry@example.org"


async def prepared(house: House, tool: Tool) -> tuple[Principal, dict[str, Any]]:
    """Who may call the tool, and its example with what is there."""
    is_above = tool.permission is Permission.MANAGE_INSTALLATION
    where = INSTALLATION if is_above else LOCAL_ORGANIZATION
    cherry = await house.member(Role.ORG_ADMIN, email=EMAIL)
    me = await house.member(Role.SUPER_ADMIN if is_above else Role.ORG_ADMIN, where)
    there = {
        "group": lambda: _made(house, me, "access.create_group", {"name": "g"}, "id"),
        "invitation": lambda: _made(house, me, "access.invite", {"email": "a@b.org"}, "invitation"),
        "key": lambda: _made(house, me, "access.create_key", {"name": "k"}, "key"),
        "member": lambda: _id(cherry.subject_id),
        "session": lambda: _id(cherry.credential_id),
    }
    given = dict(tool.example)
    for name in given.keys() & there.keys():
        given[name] = await there[name]()
    given |= await _secrets(house, me, tool)
    return (NOBODY if tool.permission is Permission.ENTER else me), given


async def _made(house: House, me: Principal, tool: str, given: Any, name: str) -> Any:
    thing = getattr(await house.call(me, tool, given), name)
    return getattr(thing, "id", thing)


async def _id(value: Any) -> Any:
    return value


async def _secrets(house: House, me: Principal, tool: Tool) -> dict[str, Any]:
    """Replace what an example only pretends to know."""
    match tool.name:
        case "access.sign_in":
            return {"email": EMAIL, "password": PASSWORD}
        case "access.change_password":
            return {"current": PASSWORD}
        case "access.redeem_link":
            made = await house.call(me, "access.create_link", {"member": me.subject_id})
            return {"link": secret(made.link)}
        case "access.accept_invitation":
            invited = await house.call(me, "access.invite", {"email": "a@b.org"})
            return {"link": secret(invited.link), "name": "Berry"}
    return {}


async def reply(house: House, tool: Tool, who: Principal, given: Any, **more: Any) -> Reply:
    call = Call(tool=tool.name, given=given, principal=who, origin=ORIGIN, **more)
    return await house.pipeline.call(call)


@pytest.mark.parametrize("tool", tools(), ids=lambda each: each.name)
async def test_its_example_runs_and_is_proven(house: House, first: FirstPerson, tool: Tool) -> None:
    who, given = await prepared(house, tool)
    answer = await reply(house, tool, who, given)
    assert isinstance(answer.output, tool.output)
    again = tool.output.model_validate_json(answer.output.model_dump_json())
    assert again.model_dump_json(context=DIGESTS_ONLY) == answer.output.model_dump_json(
        context=DIGESTS_ONLY
    )
    receipt = await house.log.receipt(who.organization_id, answer.event_id)
    assert receipt.verify().claims["what"]["tool"] == tool.name


@pytest.mark.parametrize("tool", tools(), ids=lambda each: each.name)
async def test_a_cancelled_call_does_nothing(house: House, first: FirstPerson, tool: Tool) -> None:
    who, given = await prepared(house, tool)
    cancellation = Cancellation()
    cancellation.cancel()
    before = len(await house.events(who.organization_id))
    with pytest.raises(Cancelled):
        await reply(house, tool, who, given, cancellation=cancellation)
    (event,) = (await house.events(who.organization_id))[before:]
    assert event.kind != "call.succeeded"


@pytest.mark.parametrize(
    "tool", [each for each in tools() if each.effect is Effect.DESTROYS], ids=lambda each: each.name
)
async def test_one_that_destroys_waits_for_approval(
    house: House, first: FirstPerson, tool: Tool
) -> None:
    who, given = await prepared(house, tool)
    careful = who.model_copy(update={"approval_for": frozenset({Effect.DESTROYS})})
    with pytest.raises(ApprovalRequired) as refused:
        await reply(house, tool, careful, given)
    approval = refused.value.message.parameters["approval"]
    decision = {"approval": approval, "decision": "approved"}
    await house.call(system(LOCAL_ORGANIZATION), "access.decide_approval", decision)
    answer = await reply(house, tool, careful, given, approval=uuid.UUID(approval))
    assert isinstance(answer.output, tool.output)
