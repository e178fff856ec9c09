import datetime
import uuid

import pytest

from morello.kernel.clock import StoppedClock
from morello.kernel.errors import Busy
from morello.pipeline.rate import Rate

ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))


def _taken(rate: Rate, tries: int, organization_id: uuid.UUID = ONE) -> int:
    taken = 0
    for _ in range(tries):
        try:
            rate.take(organization_id)
        except Busy:
            continue
        taken += 1
    return taken


def test_a_second_s_worth_at_once_and_then_one_by_one(clock: StoppedClock) -> None:
    rate = Rate(5.0, clock)
    assert _taken(rate, 20) == 5
    clock.advance(0.2)
    assert _taken(rate, 20) == 1
    clock.advance(100.0)
    assert _taken(rate, 20) == 5


def test_a_rate_below_one_a_second_lets_one_through(clock: StoppedClock) -> None:
    rate = Rate(0.1, clock)
    assert _taken(rate, 3) == 1
    with pytest.raises(Busy) as caught:
        rate.take(ONE)
    assert caught.value.retry_after_s == pytest.approx(10.0)
    clock.advance(10.0)
    assert _taken(rate, 3) == 1


def test_over_a_long_time_the_rate_is_held_exactly(clock: StoppedClock) -> None:
    rate, taken = Rate(10.0, clock), 0
    for _ in range(1000):
        taken += _taken(rate, 3)
        clock.advance(0.01)
    assert taken == pytest.approx(10.0 * 10 + 10, abs=1)


def test_one_organization_does_not_spend_another_s(clock: StoppedClock) -> None:
    rate = Rate(1.0, clock)
    assert _taken(rate, 2, ONE) == _taken(rate, 2, OTHER) == 1
