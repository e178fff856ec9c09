"""Numbers and times are short and lose nothing that matters."""

import pytest

from morello.analysis.charts.drawing.label import tick_labels, time_label, value_label


@pytest.mark.parametrize(
    ("value", "english", "korean"),
    [
        (0, "0", "0"),
        (12345, "12,345", "12,345"),
        (0.123456, "0.123", "0.123"),
        (32.333, "32.3", "32.3"),
        (1_234_567, "1.23M", "123.5만"),
        (-2.5e9, "-2.5B", "-25억"),
        (1e18, "1e+18", "1e+18"),
        (1.5e-7, "1.5e-07", "1.5e-07"),
    ],
)
def test_values(value: float, english: str, korean: str) -> None:
    assert value_label(value, "en") == english
    assert value_label(value, "ko") == korean


def test_ticks_share_a_unit_and_decimals() -> None:
    assert tick_labels([0, 500_000, 1_000_000], "en") == ["0.0", "0.5M", "1.0M"]
    assert tick_labels([0.05, 0.1, 0.15], "en") == ["0.05", "0.10", "0.15"]
    assert tick_labels([], "en") == []


def test_a_moment_has_its_time_only_where_there_is_one() -> None:
    assert time_label(0) == "1970-01-01"
    assert time_label(3600) == "1970-01-01 01:00"
    assert time_label(1e300) == "9999-01-01"
