import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from morello.kernel.clock import SystemClock
from morello.kernel.context import Context
from morello.kernel.ids import LOCAL_ORGANIZATION
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.storage.keys import MasterKeys
from morello.tools.operations.errors import ErrorList, ErrorsRequest, errors

CALL = uuid.UUID(int=3)


@pytest_asyncio.fixture
async def log(tmp_path: Path) -> AsyncIterator[MemoryLog]:
    log = MemoryLog(MasterKeys.in_folder(tmp_path))
    for kind, error, tool in (
        ("call.failed", "error.busy.rate", "data.list"),
        ("call.succeeded", None, "data.list"),
        ("call.failed", "error.busy.rate", "data.query"),
        ("call.failed", "error.busy.rate", "data.list"),
        ("call.refused", "error.not_found.tool", "made.up"),
        ("call.failed", "error.fault.unexpected", "data.query"),
    ):
        result = {"fingerprint": "abc"} if error and "fault" in error else {}
        await log.append(LOCAL_ORGANIZATION, [happened(kind, error, tool, result)])
    yield log


def happened(kind: str, error: str | None, tool: str, result: dict[str, str]) -> NewEvent:
    what = {"tool": tool, "call": str(CALL)}
    if tool != "made.up":
        what["tool_version"] = "1"
    return NewEvent(
        stream="call:1",
        kind=kind,
        at=SystemClock().now(),
        what=what,
        result=result | ({"error": error} if error else {"digest": "d"}),
    )


async def asked(log: MemoryLog, **given: Any) -> ErrorList:
    caller: Any = None
    context = Context(
        call_id=uuid.UUID(int=1), principal=LOCAL_PRINCIPAL, tool=errors.name, caller=caller
    )
    output = await errors.run(ErrorsRequest(**given), context, log)
    assert isinstance(output, ErrorList)
    return output


async def test_alike_errors_are_together_and_counted(log: MemoryLog) -> None:
    output = await asked(log)
    assert [(each.error, each.count) for each in output.groups] == [
        ("error.busy.rate", 3),
        ("error.fault.unexpected", 1),
        ("error.not_found.tool", 1),
    ]
    busy, fault, missing = output.groups
    assert busy.tools == {"data.list": 2, "data.query": 1}
    assert busy.first_at < busy.last_at
    assert busy.next_step.id == "error.busy.rate.next"
    assert fault.fingerprint == "abc"
    assert missing.tools == {"none": 1}
    assert output.events == 6


async def test_no_more_events_are_looked_through_than_asked(log: MemoryLog) -> None:
    output = await asked(log, events_max=2)
    assert output.events == 2
    assert [each.error for each in output.groups] == [
        "error.fault.unexpected",
        "error.not_found.tool",
    ]


async def test_another_organizations_errors_are_not_there(log: MemoryLog) -> None:
    somebody = LOCAL_PRINCIPAL.model_copy(update={"organization_id": uuid.UUID(int=99)})
    caller: Any = None
    context = Context(call_id=CALL, principal=somebody, tool=errors.name, caller=caller)
    output = await errors.run(ErrorsRequest(), context, log)
    assert output.groups == []
