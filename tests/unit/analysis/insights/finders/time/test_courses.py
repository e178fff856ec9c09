"""Courses: several changes as one finding, trends of series that hardly forget."""

from typing import Any

import numpy as np
import pytest

from morello.analysis.insights.finders.time.courses import find_courses
from morello.analysis.insights.table.calendar import calendar_of

Columns = dict[str, Any]
Tell = Any


def _find(subject: Any, search: Any) -> None:
    calendar = calendar_of(subject)
    assert calendar is not None
    find_courses(subject, calendar, search)


def test_two_changes_are_one_finding_the_largest_first(busy: Columns, tell: Tell) -> None:
    day = (busy["at"].astype("datetime64[D]") - np.datetime64("2024-01-01")).astype(int)
    busy["weight"] = busy["weight"] + 20.0 * ((day >= 100) & (day < 180)) + 8.0 * (day >= 180)
    said = [each for each in tell(busy, _find) if each.startswith("change:mean:weight")]
    assert len(said) == 1
    assert "From April 10, 2024 to June 27, 2024, the average weight is" in said[0]
    assert "Another change: on June 28, 2024" in said[0]


def test_a_price_that_wanders_upwards_is_a_trend(tell: Tell) -> None:
    steps = np.random.default_rng(3).normal(0.8, 1.0, 200)
    weeks = np.datetime64("2020-01-06") + 7 * np.arange(200)
    [said] = tell({"week": weeks, "price": 50 + np.cumsum(steps)}, _find)
    assert said.startswith("trend:mean:price The average price rises steadily")


@pytest.mark.slow
def test_public_series_with_known_courses_are_told(tell: Tell) -> None:
    import statsmodels.api as sm  # noqa: PLC0415 - slow
    from pandas import DataFrame  # noqa: PLC0415 - slow

    from morello.analysis.insights.finders.time.time import find_over_time  # noqa: PLC0415 - here

    def told(frame: DataFrame) -> list[str]:
        said: list[str] = tell({name: frame[name].to_numpy() for name in frame}, find_over_time)
        return said

    macro = told(sm.datasets.macrodata.load_pandas().data)
    assert [
        each for each in macro if each.startswith("trend:mean:realgdp The average realgdp rises")
    ]
    co2 = told(sm.datasets.co2.load_pandas().data.reset_index(names="week"))
    assert {each.split()[0] for each in co2} == {"trend:mean:co2", "month:co2"}
    nile = told(sm.datasets.nile.load_pandas().data)
    assert [each for each in nile if each.startswith("change:mean:volume Since January 1, 1899")]
