"""Periods are read as people write them."""

import datetime

import pytest

from morello.analysis.insights.changes.period import just_before, last_two, period_of

Date = datetime.date


@pytest.mark.parametrize(
    ("text", "start", "days", "before"),
    [
        ("2026", Date(2026, 1, 1), 365, "2025"),
        ("2026-Q1", Date(2026, 1, 1), 90, "2025-Q4"),
        ("2026-q4", Date(2026, 10, 1), 92, "2026-Q3"),
        ("2024-02", Date(2024, 2, 1), 29, "2024-01"),
        ("2026-12", Date(2026, 12, 1), 31, "2026-11"),
        ("2026-W01", Date(2025, 12, 29), 7, "2025-W52"),
        ("2026-03-01", Date(2026, 3, 1), 1, "2026-02-28"),
        ("2026-05-01..2026-05-15", Date(2026, 5, 1), 15, "2026-04-16..2026-04-30"),
    ],
)
def test_a_period_and_the_one_before(text: str, start: Date, days: int, before: str) -> None:
    period = period_of(text)
    assert period is not None
    assert (period.start, period.days) == (start, days)
    assert just_before(period).name == before
    assert just_before(period).end == start


@pytest.mark.parametrize(
    "text", ["", "May", "2026-13", "2026-Q5", "2026-W60", "9999-12", "2026-05-02..2026-05-01", ".."]
)
def test_other_words_are_no_period(text: str) -> None:
    assert period_of(text) is None


def test_the_last_two_whole_periods() -> None:
    assert [each.name for each in last_two(Date(2026, 1, 1), Date(2026, 3, 30)) or ()] == [
        "2026-01",
        "2026-02",
    ]
    assert [each.name for each in last_two(Date(2026, 2, 1), Date(2026, 3, 31)) or ()] == [
        "2026-02",
        "2026-03",
    ]
    weeks = last_two(Date(2026, 3, 1), Date(2026, 3, 20))
    assert weeks is not None
    assert weeks[1].name == "2026-W11"
    assert last_two(Date(2026, 3, 1), Date(2026, 3, 1)) is None
    assert last_two(Date(1, 1, 1), Date(1, 1, 1)) is None
