"""The logs that have to pass the suite, each with a way to tamper with it."""

import dataclasses
import datetime
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from morello.kernel.clock import StoppedClock
from morello.ledger.event import NewEvent
from morello.ledger.log import Log
from morello.ledger.memory import MemoryLog
from morello.ledger.sealing import MemoryPersonKeys, Sealing
from morello.storage.keys import MasterKeys

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


@dataclasses.dataclass(frozen=True)
class Backend:
    """One kind of log, set up for a test."""

    log: Log
    sealing: Sealing
    tamper: Callable[[uuid.UUID, uuid.UUID, str, bytes], Awaitable[None]]
    """Change the kept JSON of one group of one event, behind the log's back."""


def memory() -> Backend:
    log = MemoryLog(MasterKeys.random(), MemoryPersonKeys())

    async def tamper(
        organization_id: uuid.UUID, event_id: uuid.UUID, group: str, body: bytes
    ) -> None:
        book = log._books[organization_id]
        book.records[book.positions[event_id]].bodies[group] = body

    return Backend(log, log.sealing, tamper)


@pytest.fixture(params=[memory])
def backend(request: pytest.FixtureRequest) -> Backend:
    made: Backend = request.param()
    return made


@pytest.fixture
def log(backend: Backend) -> Log:
    return backend.log


@pytest.fixture
def sealing(backend: Backend) -> Sealing:
    return backend.sealing


@pytest.fixture
def tamper(backend: Backend) -> Callable[[uuid.UUID, uuid.UUID, str, bytes], Awaitable[None]]:
    return backend.tamper


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOON)


@pytest.fixture
def new_event(clock: StoppedClock) -> Callable[..., NewEvent]:
    def make(stream: str = "menu", **changes: Any) -> NewEvent:
        return NewEvent(**{"stream": stream, "kind": "dish.added", "at": clock.now(), **changes})

    return make
