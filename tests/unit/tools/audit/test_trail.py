"""The audit trail: nine fields, filtered, a page at a time."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from morello.kernel.context import Context
from morello.kernel.ids import new_id
from morello.kernel.permission import Role
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.tools.audit import trail as module
from morello.tools.audit.trail import Trail, TrailRequest, trail

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
ANN, BOB = str(new_id()), str(new_id())


def call(place: int, subject: str, tool: str, kind: str = "call.succeeded") -> NewEvent:
    return NewEvent(
        stream=f"call:{new_id()}",
        kind=kind,
        at=NOON + datetime.timedelta(minutes=place),
        who={"subject": subject},
        what={"tool": tool, "input": {"data": "orders", "rows": place}},
        versions={"datasets": {"orders": "ab"}} if tool == "data.query" else {},
        person=subject,
        personal={"name": "Ann Marlow", "address": "203.0.113.7", "user_agent": "curl/8"},
    )


@pytest.fixture
async def read(log: MemoryLog, asking: Callable[..., Context]) -> Callable[..., Any]:
    context = asking(Role.ORG_ADMIN)
    fact = NewEvent(stream="dataset/1", kind="dataset.created", at=NOON, what={"name": "orders"})
    events = [
        call(0, ANN, "data.query"),
        call(1, BOB, "data.list"),
        call(2, ANN, "data.delete", "call.refused"),
        fact,
    ]
    await log.append(context.principal.organization_id, events)

    async def ask(**given: Any) -> Trail:
        return await trail.run(TrailRequest(**given), context, log, log.sealing)  # type: ignore[no-any-return] # a tool's function may return anything

    return ask


async def test_an_entry_has_the_nine_fields(read: Callable[..., Any]) -> None:
    entry = (await read(user=ANN, success=True)).entries[0]
    assert (entry.time, entry.user, entry.user_name) == (NOON, ANN, "Ann Marlow")
    assert (entry.action, entry.resource, entry.success) == ("data.query", "orders", True)
    assert (entry.ip_address, entry.user_agent) == ("203.0.113.7", "curl/8")
    assert entry.organization
    assert entry.details["what"]["input"] == {"data": "orders", "rows": 0}


@pytest.mark.parametrize(
    ("given", "positions"),
    [
        ({}, [3, 2, 1, 0]),
        ({"limit": 2}, [3, 2]),
        ({"before": 2}, [1, 0]),
        ({"user": ANN}, [2, 0]),
        ({"action": "data.list"}, [1]),
        ({"action": "call.refused"}, [2]),
        ({"action": "dataset.created"}, [3]),
        ({"success": False}, [2]),
        ({"since": NOON + datetime.timedelta(minutes=1)}, [2, 1]),
        ({"until": NOON}, [3, 0]),
        ({"text": "ORDERS", "action": "dataset.created"}, [3]),
        ({"text": "nowhere"}, []),
    ],
)
async def test_entries_are_filtered(
    read: Callable[..., Any], given: dict[str, Any], positions: list[int]
) -> None:
    assert [each.position for each in (await read(**given)).entries] == positions


async def test_pages_lead_to_the_end(
    read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SCANNED_EVENTS_MAX", 2)
    first = await read(action="data.query")
    assert (first.entries, first.next_before) == ([], 2)
    second = await read(action="data.query", before=first.next_before)
    assert ([each.position for each in second.entries], second.next_before) == ([0], None)


async def test_what_was_erased_stays_unsaid(read: Callable[..., Any], log: MemoryLog) -> None:
    (organization_id,) = log._books
    await log.sealing.keys.destroy(organization_id, ANN)
    entry = (await read(user=ANN)).entries[0]
    assert (entry.user, entry.user_name, entry.ip_address) == (ANN, None, None)
