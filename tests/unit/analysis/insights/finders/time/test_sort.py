"""Sorts of days: holidays of each country, and days of the month."""

from typing import Any

import numpy as np

from morello.analysis.insights.finders.time.sort import COUNTRIES, holidays_of, month_days_of
from morello.analysis.insights.table.calendar import calendar_of
from morello.kernel.messages import render


def _sorts(look: Any, make: Any, start: str = "2024-01-01", days: int = 400) -> Any:
    subject = look({"day": np.datetime64(start) + np.arange(days)})
    calendar = calendar_of(subject, "day", periods_max=4000)
    assert calendar is not None
    return calendar, {render(each.when): each.chosen for each in make(calendar)}


def test_the_last_days_of_months_are_known_of_every_month(look: Any) -> None:
    calendar, sorts = _sorts(look, month_days_of)
    last = [
        calendar.start(int(each)) for each in np.flatnonzero(sorts["On the last day of the month"])
    ]
    assert [str(each) for each in last[:3]] == ["2024-01-31", "2024-02-29", "2024-03-31"]
    assert all(
        calendar.start(int(each) + 1).day == 1
        for each in np.flatnonzero(sorts["On the last day of the month"])
    )
    three = sorts["On the last 3 days of the month"]
    assert three.sum() == 3 * len(last)
    assert sorts["On days 1 to 3 of the month"].sum() == 3 * 14


def test_holidays_are_those_of_the_country(look: Any) -> None:
    calendar, sorts = _sorts(look, holidays_of)
    on = sorts["On public holidays in South Korea"]
    assert "2024-10-09" in {str(calendar.start(int(each))) for each in np.flatnonzero(on)}
    before = sorts["On the day before public holidays in South Korea"]
    assert not (on & before).any()
    assert len(sorts) == 3 * len(COUNTRIES)


def test_a_calendar_of_many_years_has_none(look: Any) -> None:
    assert _sorts(look, holidays_of, "1950-01-01", 3_900)[1]
    subject = look({"day": np.datetime64("1990-01-01") + np.arange(6000)})
    calendar = calendar_of(subject, "day", periods_max=8000)
    assert calendar is not None
    assert holidays_of(calendar) == []
