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


def _taken(rate: Rate, tries: int, per_s: float, organization_id: uuid.UUID = ONE) -> int:
    taken = 0
    for _ in range(tries):
        try:
            rate.take(organization_id, per_s)
        except Busy:
            continue
        taken += 1
    return taken


def test_a_second_s_worth_at_once_and_then_one_by_one(clock: StoppedClock) -> None:
    rate = Rate(clock)
    assert _taken(rate, 20, 5.0) == 5
    clock.advance(0.2)
    assert _taken(rate, 20, 5.0) == 1
    clock.advance(100.0)
    assert _taken(rate, 20, 5.0) == 5


def test_a_rate_below_one_a_second_lets_one_through(clock: StoppedClock) -> None:
    rate = Rate(clock)
    assert _taken(rate, 3, 0.1) == 1
    with pytest.raises(Busy) as caught:
        rate.take(ONE, 0.1)
    assert caught.value.retry_after_s == pytest.approx(10.0)
    clock.advance(10.0)
    assert _taken(rate, 3, 0.1) == 1


def test_over_a_long_time_the_rate_is_held_exactly(clock: StoppedClock) -> None:
    rate, taken = Rate(clock), 0
    for _ in range(1000):
        taken += _taken(rate, 3, 10.0)
        clock.advance(0.01)
    assert taken == pytest.approx(10.0 * 10 + 10, abs=1)


def test_one_organization_does_not_spend_another_s(clock: StoppedClock) -> None:
    rate = Rate(clock)
    assert _taken(rate, 2, 1.0, ONE) == _taken(rate, 2, 1.0, OTHER) == 1


def test_organizations_that_are_idle_are_forgotten(clock: StoppedClock) -> None:
    rate = Rate(clock)
    for number in range(1000):
        rate.take(uuid.UUID(int=number), 100.0)
        clock.advance(0.01)
    assert len(rate._full_at) <= 2


def test_a_changed_rate_holds_from_the_next_call(clock: StoppedClock) -> None:
    rate = Rate(clock)
    assert _taken(rate, 9, 1.0) == 1
    clock.advance(1.0)
    assert _taken(rate, 20, 10.0) == 10
