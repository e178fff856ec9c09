"""Holidays and paydays: found, named, and never guessed from nothing."""

from typing import Any

import holidays
import numpy as np

from morello.analysis.insights.finders.time.occasions import find_occasions

Columns = dict[str, Any]
Tell = Any


def _without(columns: Columns, country: str, share: float) -> Columns:
    dates = np.array(list(holidays.country_holidays(country, years=2024)), dtype="datetime64[D]")
    hit = np.isin(columns["at"].astype("datetime64[D]"), dates)
    gone = hit & (np.random.default_rng(2).random(len(hit)) < share)
    return {name: each[~gone] for name, each in columns.items()}


def test_quiet_holidays_are_told_with_the_country(busy: Columns, tell: Tell) -> None:
    [said] = tell(_without(busy, "KR", 0.7), find_occasions)
    assert said.startswith("holiday:rows: On public holidays in South Korea, there were")
    assert "The holidays of 8 countries were tried" in said


def test_the_holidays_explain_their_days(busy: Columns, look: Any) -> None:
    from morello.analysis.insights.candidate import Search  # noqa: PLC0415 - only here

    explained = find_occasions(look(_without(busy, "JP", 0.8)), Search())
    assert int(np.datetime64("2024-05-03").astype(int)) in explained


def test_a_payday_is_told(busy: Columns, tell: Tell) -> None:
    at = busy["at"]
    day = (at.astype("datetime64[D]") - at.astype("datetime64[M]")).astype(int) + 1
    order = np.sort(np.concatenate([np.arange(len(at)), np.flatnonzero(day == 25)]))
    [said] = tell({name: each[order] for name, each in busy.items()}, find_occasions)
    assert said.startswith("monthday:rows: On day 25 of the month, there were")


def test_ordinary_days_and_short_tables_have_none(busy: Columns, tell: Tell) -> None:
    assert tell(busy, find_occasions) == []
    short = {name: each[:800] for name, each in busy.items()}
    assert tell(short, find_occasions) == []
