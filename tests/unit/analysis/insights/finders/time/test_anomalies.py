"""Odd days: told with what is usual, and with the segment they come from, not twice."""

from typing import Any

import numpy as np

from morello.analysis.insights.finders.time.anomalies import find_anomalies

Columns = dict[str, Any]
Tell = Any


def _find(subject: Any, search: Any) -> None:
    find_anomalies(subject, search, set())


def _more(columns: Columns, chosen: Any) -> Columns:
    order = np.sort(np.concatenate([np.arange(len(columns["at"])), chosen]))
    return {name: each[order] for name, each in columns.items()}


def test_a_quiet_table_has_no_odd_days(busy: Columns, tell: Tell) -> None:
    assert tell(busy, _find) == []


def test_a_busy_day_is_told_with_the_region_that_made_it(busy: Columns, tell: Tell) -> None:
    day = busy["at"].astype("datetime64[D]") == np.datetime64("2024-06-05")
    west = np.flatnonzero(day & (busy["region"] == "west"))
    [said] = tell(_more(busy, np.repeat(west, 8)), _find)
    assert said.startswith("anomaly:rows: On June 5, 2024, there were")
    assert "where region is west" in said
    assert "same weekdays" in said


def test_days_without_rows_are_one_run(busy: Columns, tell: Tell) -> None:
    day = busy["at"].astype("datetime64[D]")
    closed = (day >= np.datetime64("2024-07-08")) & (day < np.datetime64("2024-07-11"))
    said = tell({name: each[~closed] for name, each in busy.items()}, _find)
    assert "From July 8, 2024 to July 10, 2024, there were 0 rows a day" in said[0]


def test_an_odd_average_of_one_region_is_told_of_that_region(busy: Columns, tell: Tell) -> None:
    day = busy["at"].astype("datetime64[D]")
    hit = (day >= np.datetime64("2024-05-06")) & (day < np.datetime64("2024-05-09"))
    busy["weight"] = busy["weight"] + 45.0 * (hit & (busy["region"] == "north"))
    said = tell(busy, _find)
    assert len(said) == 1
    assert "where region is north" in said[0] or "weight" in said[0]


def test_what_a_holiday_explains_is_not_odd(busy: Columns, look: Any) -> None:
    from morello.analysis.insights.candidate import Search  # noqa: PLC0415 - only here

    gone = busy["at"].astype("datetime64[D]") != np.datetime64("2024-06-05")
    columns = {name: each[gone] for name, each in busy.items()}
    known = {int(np.datetime64("2024-06-05").astype(int))}
    for explained, told in ((set(), 1), (known, 0)):
        search = Search()
        find_anomalies(look(columns), search, explained)
        assert len([each for each in search.candidates if each.id == "anomaly:rows:"]) == told


def test_a_monthly_series_is_compared_with_the_same_months(tell: Tell) -> None:
    months = np.arange(120)
    noise = np.random.default_rng(1).normal(size=120)
    values = 50 + 8 * np.sin(2 * np.pi * months / 12) + noise
    values[63] += 15
    at = (np.datetime64("2014-01") + months.astype("timedelta64[M]")).astype("datetime64[D]")
    [said] = tell({"at": at, "heat": values}, _find)
    assert "In the month from April 1, 2019, the average heat was" in said
