"""A log, and people who ask for receipts of it."""

import datetime
from collections.abc import Callable
from typing import Any, cast

import pytest

from morello.kernel.caller import Caller
from morello.kernel.context import Context
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Principal
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.storage.keys import MasterKeys


@pytest.fixture
def keys() -> MasterKeys:
    return MasterKeys(bytes(range(32)))


@pytest.fixture
def log(keys: MasterKeys) -> MemoryLog:
    return MemoryLog(keys)


@pytest.fixture
def asking() -> Callable[..., Context]:
    def make(role: Role = Role.VIEWER, **changes: Any) -> Context:
        principal = Principal(
            **{
                "organization_id": LOCAL_ORGANIZATION,
                "subject_id": new_id(),
                "name": "ann",
                "role": role,
                **changes,
            }
        )
        nobody = cast("Caller", None)  # these tools call no other
        return Context(call_id=new_id(), principal=principal, tool="audit", caller=nobody)

    return make


@pytest.fixture
def call_of() -> Callable[..., NewEvent]:
    def make(context: Context, **changes: Any) -> NewEvent:
        return NewEvent(
            **{
                "stream": f"call:{new_id()}",
                "kind": "call.succeeded",
                "at": datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC),
                "who": {"subject": str(context.principal.subject_id)},
                **changes,
            }
        )

    return make
