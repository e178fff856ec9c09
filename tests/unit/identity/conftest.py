"""What the parts of identity stand on: a clock that stands still, and keys."""

import datetime

import pytest

from morello.kernel.clock import StoppedClock
from morello.storage.keys import MasterKeys


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC))


@pytest.fixture
def keys() -> MasterKeys:
    return MasterKeys.random()
