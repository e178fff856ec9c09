"""A scale keeps order and stays finite for any float."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello.analysis.charts.drawing.scale import Scale, number_of

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(FINITE, min_size=1, max_size=20))
def test_places_are_on_the_scale_and_in_order(values: list[float]) -> None:
    scale = Scale.over(values, "linear").onto(10, 110)
    places = [scale.at(each) for each in sorted(values)]
    assert places == sorted(places)
    assert all(9.99 <= each <= 110.01 for each in places)


@given(FINITE)
def test_a_single_value_is_in_the_middle(value: float) -> None:
    scale = Scale.over([value], "linear").onto(0, 100)
    assert abs(scale.at(value) - 50) < 0.01


def test_a_log_axis_has_no_place_for_what_is_not_positive() -> None:
    scale = Scale.over([-5, 0, 1, 100], "log").onto(0, 100)
    assert scale.place(0) is None
    assert scale.place(-5) is None
    assert abs(scale.at(10) - 50) < 0.01


def test_positions_are_read_as_the_axis_says() -> None:
    assert number_of("1970-01-02", "time") == 86400
    assert number_of("1970-01-01T01:00+01:00", "time") == 0
    assert number_of("1970-02", "time") == 31 * 86400
    assert number_of("1970", "time") == 0
    assert number_of("soon", "time") is None
    assert number_of("12.5", "linear") == 12.5
    assert number_of("nan", "linear") is None
    assert number_of("many", "linear") is None


def test_what_is_never_negative_has_no_room_below_zero() -> None:
    for values in ([0.0, 6.0], [0.1, 6.0]):
        assert Scale.over(values, "linear", pad=0.03, past_zero=False).low == 0.0
    assert Scale.over([-6.0, 0.0], "linear", pad=0.03, past_zero=False).high == 0.0
    assert Scale.over([-1.0, 1.0], "linear", pad=0.5, past_zero=False).low == -2.0
    assert Scale.over([5.0, 6.0], "linear", pad=0.1, past_zero=False).low == pytest.approx(4.9)
