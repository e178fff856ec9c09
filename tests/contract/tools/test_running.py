"""Contract: any tool's example runs, its answer travels as JSON, and its record is proven."""

import uuid
from typing import Any

import pytest
from pydantic import BaseModel

from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import ApprovalRequired, Cancelled
from morello.kernel.principal import Effect
from morello.kernel.tool import Tool
from morello.kernel.values import DIGESTS_ONLY, Blob

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


async def test_its_example_runs(tool: Tool, world: Any) -> None:
    reply = await world.run(tool)
    assert isinstance(reply.output, tool.output)


async def test_its_answer_travels_as_json(tool: Tool, world: Any) -> None:
    output = (await world.run(tool)).output
    if isinstance(output, Blob):
        assert output.size > 0
        return
    again = tool.output.model_validate_json(output.model_dump_json())
    assert plain(again) == plain(output)


async def test_its_receipt_verifies(tool: Tool, world: Any) -> None:
    reply = await world.run(tool)
    verdict = (await world.log.receipt(world.organization_id, reply.event_id)).verify()
    assert verdict.ok
    assert verdict.claims["what"]["tool"] == tool.name


async def test_a_cancelled_call_does_nothing(
    tool: Tool, world: Any, cancelled: Cancellation
) -> None:
    given = await world.example(tool)
    before = await world.events()
    with pytest.raises(Cancelled):
        await world.call(tool.name, given, principal=world.entitled(tool), cancellation=cancelled)
    (event,) = (await world.events())[len(before) :]
    assert event.kind != "call.succeeded"


async def test_one_that_destroys_waits_for_approval(tool: Tool, world: Any) -> None:
    if tool.effect is not Effect.DESTROYS:
        return
    given = await world.example(tool)
    careful = world.entitled(tool, approval_for=frozenset({Effect.DESTROYS}))
    with pytest.raises(ApprovalRequired) as refused:
        await world.call(tool.name, given, principal=careful)
    approval = refused.value.message.parameters["approval"]
    decision = {"approval": approval, "decision": "approved"}
    await world.call("access.decide_approval", decision, principal=world.somebody())
    reply = await world.call(tool.name, given, principal=careful, approval=uuid.UUID(approval))
    assert isinstance(reply.output, tool.output)


def plain(output: BaseModel) -> str:
    return output.model_dump_json(context=DIGESTS_ONLY)
