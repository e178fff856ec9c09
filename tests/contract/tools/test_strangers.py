"""Contract: strangers are refused, and that is recorded; nobody sees another organization."""

import contextlib
import hashlib
import json
import uuid
from collections.abc import Iterable
from typing import Any

import pytest

from morello.kernel.errors import Forbidden, NotFound, Unavailable
from morello.kernel.permission import Role, allows
from morello.kernel.principal import Principal
from morello.kernel.tool import Tool
from morello.kernel.values import DIGESTS_ONLY
from morello.ledger.event import Event

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


def strangers(world: Any, tool: Tool) -> Iterable[Principal]:
    """Everybody who may not call the tool: by role, and by scope."""
    for role in Role:
        if not allows(role, tool.permission):
            yield world.somebody(role)
    yield world.entitled(tool, scopes=frozenset())
    yield world.entitled(tool, scopes=frozenset({f"{tool.name}_not"}))


async def test_strangers_are_refused_and_recorded(tool: Tool, world: Any) -> None:
    given = await world.example(tool)
    for stranger in strangers(world, tool):
        before = await world.events()
        with pytest.raises(Forbidden):
            await world.call(tool.name, given, principal=stranger)
        (event,) = (await world.events())[len(before) :]
        assert event.kind == "call.refused"
        assert event.who["subject"] == str(stranger.subject_id)
        assert event.what["tool"] == tool.name


async def test_what_needs_a_server_says_so_to_nobody_but_the_entitled(
    served: Tool, other: Any
) -> None:
    for stranger in strangers(other, served):
        with pytest.raises(Forbidden):
            await other.call(served.name, served.example, principal=stranger)
    with pytest.raises(Unavailable) as refused:
        await other.call(served.name, served.example, principal=other.entitled(served))
    assert refused.value.message.id == "error.unavailable.needs_server"
    assert (await other.events())[-1].result["error"] == refused.value.message.id


async def test_another_organization_sees_nothing(tool: Tool, first: Any, other: Any) -> None:
    """The same example elsewhere: what it names is not there, or what it shows is not ours."""
    given = await first.example(tool)
    request = tool.validate(given)
    uses = tool.uses(request)
    theirs = other.entitled(tool)
    if uses.data or uses.sql:
        with pytest.raises(NotFound):
            await other.call(tool.name, given, principal=theirs)
        return
    seen = ""
    with contextlib.suppress(NotFound):
        reply = await other.call(tool.name, given, principal=theirs)
        seen = reply.output.model_dump_json(context=DIGESTS_ONLY)
    leaked = {mark for mark in marks(await first.events()) if mark in seen}
    assert leaked - words_of(given) == set()


async def test_the_search_for_leaks_can_fail(first: Any) -> None:
    listed = (await first.call("data.list", {})).output.model_dump_json()
    assert any(mark in listed for mark in marks(await first.events()))


def marks(events: Iterable[Event]) -> set[str]:
    """Ids that only this organization has: of its events, datasets, versions and people."""
    found: set[str] = set()
    for event in events:
        found |= {str(event.id), str(event.organization_id), event.who.get("subject", "")}
        found |= {each for each in texts(event.model_dump(mode="json")) if is_id(each)}
    return found - {""}


def texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def is_id(text: str) -> bool:
    if len(text) == 64:
        return all(letter in "0123456789abcdef" for letter in text)
    with contextlib.suppress(ValueError):
        return str(uuid.UUID(text)) == text
    return False


def words_of(given: Any) -> set[str]:
    """What the caller said itself may be said back, and its SHA-256."""
    said = set(texts(json.loads(json.dumps(given, default=str))))
    return said | {hashlib.sha256(each.encode()).hexdigest() for each in said}
