from typing import Any

import pytest

from morello.kernel.caller import Call
from morello.kernel.errors import Conflict, InvalidInput, NotFound
from morello.kernel.registry import Registry
from morello.pipeline.providers import brought
from morello.pipeline.providers.brought import Brought, BroughtTools

from ..conftest import ORGANIZATION, OTHER_ORGANIZATION, Corridor, someone

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
DOUBLE = Brought(
    name="outside.double", title={"en": "Double.", "ko": "두 배."}, input_schema=SCHEMA
)


async def _double(given: dict[str, Any]) -> dict[str, Any]:
    return {"n": given["n"] * 2}


async def test_a_brought_tool_walks_the_same_corridor(corridor: Corridor) -> None:
    tools = BroughtTools()
    tools.add(ORGANIZATION, DOUBLE, _double)
    object.__setattr__(corridor.pipeline, "registry", Registry([tools]))
    reply = await corridor.call("outside.double", given={"n": 21})
    assert reply.output.root == {"n": 42}
    with pytest.raises(InvalidInput, match="integer"):
        await corridor.call("outside.double", given={"n": "many"})
    with pytest.raises(NotFound):
        await corridor.pipeline.call(
            Call(
                tool="outside.double",
                given={"n": 1},
                principal=someone(organization_id=OTHER_ORGANIZATION),
            )
        )
    assert corridor.log.kinds == ["call.succeeded", "call.refused", "call.refused"]


def test_it_is_listed_for_its_organization_alone_and_can_go() -> None:
    tools = BroughtTools()
    tools.add(ORGANIZATION, DOUBLE, _double)
    assert [each.name for each in tools.listed(ORGANIZATION)] == ["outside.double"]
    assert list(tools.listed(OTHER_ORGANIZATION)) == []
    tools.remove(ORGANIZATION, "outside.double")
    assert list(tools.listed(ORGANIZATION)) == []


def test_a_schema_that_is_none_is_refused() -> None:
    wrong = DOUBLE.model_copy(update={"input_schema": {"type": "nonsense"}})
    with pytest.raises(InvalidInput):
        BroughtTools().add(ORGANIZATION, wrong, _double)


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brought, "TOOLS_MAX", 0)
    with pytest.raises(Conflict):
        BroughtTools().add(ORGANIZATION, DOUBLE, _double)
