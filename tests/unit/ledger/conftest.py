"""A log with some events in it."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.storage.keys import MasterKeys

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


@pytest.fixture
def keys() -> MasterKeys:
    return MasterKeys(bytes(range(32)))


@pytest.fixture
def log(keys: MasterKeys) -> MemoryLog:
    return MemoryLog(keys)


@pytest.fixture
def new_event() -> Callable[..., NewEvent]:
    def make(**changes: Any) -> NewEvent:
        return NewEvent(
            **{
                "stream": "call:1",
                "kind": "call.succeeded",
                "at": NOON,
                "who": {"subject": "ann", "door": "cli"},
                "what": {"tool": "data.query"},
                "query": {"sql": "select 1"},
                "versions": {"orders": "ab" * 32},
                "result": {"digest": "cd" * 32, "rows": 3},
                **changes,
            }
        )

    return make
