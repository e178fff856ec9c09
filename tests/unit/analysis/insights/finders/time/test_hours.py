"""Hours: neighbouring ones put together, closed ones left out, none where there are no clocks."""

from typing import Any

import numpy as np
import pyarrow as pa

from morello.analysis.insights.finders.time.hours import find_hours

Columns = dict[str, Any]
Tell = Any


def _rush(columns: Columns) -> Columns:
    hour = columns["at"].astype("datetime64[h]").astype(int) % 24
    calm = (hour < 12) | (hour >= 14)
    kept = (hour >= 9) & (hour < 20) & (~calm | (np.random.default_rng(1).random(len(hour)) < 0.5))
    return {name: each[kept] for name, each in columns.items()}


def test_a_rush_hour_is_told_against_the_other_open_hours(busy: Columns, tell: Tell) -> None:
    [said] = tell(_rush(busy), find_hours)
    assert said.startswith("hour:rows 12:00 to 14:00: ")
    assert "more rows an hour" in said


def test_an_average_by_the_hour(busy: Columns, tell: Tell) -> None:
    hour = busy["at"].astype("datetime64[h]").astype(int) % 24
    busy["weight"] = busy["weight"] + 25 * (hour >= 18)
    [said] = tell(busy, find_hours)
    assert "18:00 to 24:00: the average weight is" in said


def test_with_a_zone_it_says_which_hours_are_meant(busy: Columns, tell: Tell) -> None:
    columns = _rush(busy)
    columns["at"] = pa.array(columns["at"]).cast(pa.timestamp("us", "Asia/Seoul"))
    [said] = tell(columns, find_hours)
    assert "Hours are those of UTC." in said


def test_dates_have_no_hours_and_even_hours_are_silent(busy: Columns, tell: Tell) -> None:
    assert tell(busy, find_hours) == []
    busy["at"] = busy["at"].astype("datetime64[D]")
    assert tell(busy, find_hours) == []
