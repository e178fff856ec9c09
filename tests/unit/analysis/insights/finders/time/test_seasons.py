"""Seasons: weekdays of rows, months of averages, small but clear ones too."""

from typing import Any

import numpy as np

from morello.analysis.insights.finders.time.seasons import find_seasons

Columns = dict[str, Any]
Tell = Any


def test_a_busy_weekend_is_told(busy: Columns, tell: Tell) -> None:
    weekday = (busy["at"].astype("datetime64[D]").astype(int) + 3) % 7
    kept = (weekday >= 5) | (np.random.default_rng(1).random(len(weekday)) < 0.6)
    said = tell({name: each[kept] for name, each in busy.items()}, find_seasons)
    assert len(said) == 1
    assert said[0].startswith("weekday:rows Saturdays, Sundays: ")


def test_a_season_of_one_percent_is_told_where_it_is_clear(tell: Tell) -> None:
    months = np.arange(96)
    at = (np.datetime64("2015-01") + months.astype("timedelta64[M]")).astype("datetime64[D]")
    wave = 2 * np.sin(2 * np.pi * months / 12) + np.random.default_rng(2).normal(0, 0.3, 96)
    [said] = tell({"at": at, "level": 300 + wave + 0.2 * months}, find_seasons)
    assert said.startswith("month:level ")


def test_months_that_are_missing_do_not_hide_a_season(tell: Tell) -> None:
    months = np.delete(np.arange(96), [5, 40, 41])
    at = (np.datetime64("2015-01") + months.astype("timedelta64[M]")).astype("datetime64[D]")
    noise = np.random.default_rng(3).normal(0, 1, 93)
    [said] = tell({"at": at, "level": 30 + 9.0 * (months % 12 == 11) + noise}, find_seasons)
    assert said.startswith("month:level December: ")


def test_a_quiet_table_has_no_season(busy: Columns, tell: Tell) -> None:
    assert tell(busy, find_seasons) == []
