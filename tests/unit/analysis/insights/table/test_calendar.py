"""The calendar: whole periods only, far dates left out, coarser periods for longer times."""

import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from morello.analysis.insights.table.calendar import calendar_of, index_of, start_of

LookAt = Any
_GENERATOR = np.random.default_rng(2)


def _moments(start: str, days: int, rows: int) -> Any:
    seconds = np.sort(_GENERATOR.integers(0, days * 86_400, rows)).astype("timedelta64[s]")
    return np.datetime64(start, "s") + seconds


def test_days_weeks_and_months_begin_where_people_say() -> None:
    days = np.array([0.0, 3.99, 4.0, 31.0, 365.0])  # 1970-01-01 was a Thursday
    assert [start_of(int(each), "week").weekday() for each in index_of(days, "week")] == [0] * 5
    assert start_of(int(index_of(days, "week")[2]), "week") == datetime.date(1970, 1, 5)
    assert start_of(int(index_of(days, "month")[3]), "month") == datetime.date(1970, 2, 1)
    assert start_of(int(index_of(days, "quarter")[3]), "quarter") == datetime.date(1970, 1, 1)
    assert start_of(int(index_of(days, "year")[4]), "year") == datetime.date(1971, 1, 1)


def test_two_years_are_followed_by_days_and_longer_times_by_weeks(look: LookAt) -> None:
    year = calendar_of(look({"at": _moments("2024-01-01", 365, 3_000)}))
    assert year is not None
    assert year.unit == "day"
    years = calendar_of(look({"at": _moments("2024-01-01", 730, 3_000)}))
    assert years is not None
    assert years.unit == "week"


def test_a_period_that_is_not_over_is_left_out_and_said(look: LookAt) -> None:
    calendar = calendar_of(look({"at": _moments("2024-01-03", 699, 3_000)}))  # Wednesdays
    assert calendar is not None
    assert calendar.start(0) == datetime.date(2024, 1, 8)
    assert calendar.start(calendar.count) == datetime.date(2025, 12, 1)
    assert calendar.note is not None
    assert calendar.note.parameters["date"] == "2025-12-01"
    assert (calendar.slots == -1).sum() > 0


def test_dates_far_away_do_not_stretch_it(look: LookAt) -> None:
    moments = _moments("2024-01-01", 200, 2_000)
    moments[[3, 4]] = [np.datetime64("1900-01-01"), np.datetime64("2999-01-01")]
    calendar = calendar_of(look({"at": moments}))
    assert calendar is not None
    assert calendar.count == 200


def test_years_may_be_numbers(look: LookAt) -> None:
    subject = look({"year": np.arange(1900, 1960), "x": _GENERATOR.normal(size=60)})
    calendar = calendar_of(subject)
    assert calendar is not None
    assert (calendar.unit, calendar.count) == ("year", 60)
    assert [each.name for each in subject.roles.measures] == ["x"]
    assert "make_date" in calendar.between(0, 10)


def test_zones_are_read_as_utc(look: LookAt) -> None:
    moments = pa.array(_moments("2024-01-01", 100, 900)).cast(pa.timestamp("us", "Asia/Seoul"))
    calendar = calendar_of(look({"at": moments}))
    assert calendar is not None
    assert calendar.start(0) == datetime.date(2024, 1, 1)
    assert "AT TIME ZONE 'UTC'" in calendar.between(0, 3)


def test_without_time_there_is_none(look: LookAt) -> None:
    assert calendar_of(look({"x": np.arange(100)})) is None
    assert calendar_of(look({"at": [datetime.date(2024, 1, 1)] * 100})) is None
