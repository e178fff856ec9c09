"""Ticks stand at round numbers, in the calendar's own steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello.analysis.charts.drawing import tick
from morello.analysis.charts.drawing.frame import ticks_of
from morello.analysis.charts.drawing.scale import Scale, number_of


def scale_of(*values: float | str, kind: str = "linear") -> Scale:
    return Scale.over([number_of(each, kind) for each in values], kind)  # type: ignore[arg-type] # any kind


@pytest.mark.parametrize(
    ("low", "high", "language", "labels"),
    [
        (0, 100, "en", ["0", "20", "40", "60", "80", "100"]),
        (0, 1, "en", ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0, 250_000, "en", ["0", "50k", "100k", "150k", "200k", "250k"]),
        (0, 250_000, "ko", ["0", "5만", "10만", "15만", "20만", "25만"]),
        (0, 5_000_000, "en", ["0", "1M", "2M", "3M", "4M", "5M"]),
        (-0.4, 0.4, "en", ["-0.4", "-0.2", "0.0", "0.2", "0.4"]),
        (2010, 2014, "en", ["2010", "2011", "2012", "2013", "2014"]),
    ],
)
def test_round_numbers(low: float, high: float, language: str, labels: list[str]) -> None:
    assert [text for _, text in ticks_of(scale_of(low, high), "linear", 5, language)] == labels


@pytest.mark.parametrize(
    ("low", "high", "language", "labels"),
    [
        ("2024-01-01", "2025-01-01", "en", ["2024", "Apr", "Jul", "Oct", "2025"]),
        ("2023-11-15", "2024-03-15", "en", ["Dec 2023", "2024", "Feb", "Mar"]),
        ("2023-11-15", "2024-03-15", "ko", ["2023년 12월", "2024년", "2월", "3월"]),
        ("2010-06-01", "2024-01-01", "en", ["2015", "2020"]),
        ("2024-02-27", "2024-03-02", "en", ["27 Feb", "28 Feb", "29 Feb", "1 Mar", "2 Mar"]),
        ("2024-02-27T22:00", "2024-02-28T10:00", "en", ["28 Feb", "03:00", "06:00", "09:00"]),
    ],
)
def test_steps_of_the_calendar(low: str, high: str, language: str, labels: list[str]) -> None:
    scale = scale_of(low, high, kind="time")
    assert [text for _, text in ticks_of(scale, "time", 4, language)] == labels


def test_powers_of_ten() -> None:
    assert tick.log_ticks(scale_of(1, 1e6, kind="log"), 6) == [10.0**e for e in range(7)]
    assert tick.log_ticks(scale_of(8, 150, kind="log"), 4) == [10, 20, 50, 100, 200]


@given(st.floats(-1e290, 1e290), st.floats(-1e290, 1e290), st.integers(2, 10))
def test_there_are_some_ticks_and_never_many(low: float, high: float, count: int) -> None:
    scale = scale_of(low, high)
    ticks = tick.linear_ticks(scale, tick.linear_step(scale, count))
    assert 1 <= len(ticks) <= 2 * count + 2
    assert ticks == sorted(set(ticks))


@given(st.floats(-1e12, 1e12), st.floats(1e-3, 1e12), st.integers(2, 10))
def test_there_are_never_many_times(low: float, span: float, count: int) -> None:
    scale = Scale.over([low, low + span], "time")
    unit, step = tick.time_step(scale, count)
    ticks = tick.time_ticks(scale, unit, step)
    assert len(ticks) <= 2 * count + 2
    assert all(scale.low - 1e-3 <= each.timestamp() <= scale.high + 1e-3 for each in ticks)
