import datetime

from morello.identity.refused.strangers import RECORDED_PER_MINUTE_MAX, Strangers
from morello.kernel.clock import StoppedClock


def test_the_next_one_recorded_says_how_many_were_not() -> None:
    clock = StoppedClock(datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC))
    strangers = Strangers(clock)
    said = [strangers.admit("192.0.2.1") for _ in range(RECORDED_PER_MINUTE_MAX + 7)]
    assert said == [0] * RECORDED_PER_MINUTE_MAX + [None] * 7
    assert strangers.admit("192.0.2.2") == 0
    clock.advance(61)
    assert strangers.admit("192.0.2.1") == 7
    assert strangers.admit("192.0.2.1") == 0
