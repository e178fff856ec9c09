"""Cohorts: newer ones who come back less, and those who fade; as a heatmap of the whole table."""

from typing import Any

import numpy as np
import pytest

from morello.kernel.messages import LANGUAGES, render

Columns = dict[str, Any]


def _visits(seed: int, *, newer: float = 1.0, fading: float = 1.0) -> Columns:
    random = np.random.default_rng(seed)
    first = random.integers(0, 16, 1_500)
    loyal = random.beta(4, 6, 1_500) * newer ** (first / 16)
    age = np.arange(16)[None, :] - first[:, None]
    chance = np.where(age > 0, loyal[:, None] * fading ** (age - 1.0), age == 0)
    who, when = np.nonzero(random.random((1_500, 16)) < chance)
    days = random.integers(0, 28, len(who)).astype("timedelta64[D]")
    days[0] = np.timedelta64(30, "D")
    dates = (np.datetime64("2023-01", "M") + when).astype("datetime64[D]") + days
    return {"customer": np.array([f"C{each:04d}" for each in who]), "visited_on": dates}


def _of(analysis: Any, kind: str) -> list[Any]:
    found = [each for each in analysis.business_insights if each.kind == kind]
    for each in found:
        for language in LANGUAGES:
            assert "{" not in render(each.message, language)
    return found


def test_newer_customers_who_come_back_less_are_told(examine: Any) -> None:
    columns = _visits(1, newer=0.2)
    [finding] = _of(examine(columns), "cohorts")
    assert finding.message.id == "insight.cohorts.less"
    assert finding.numbers["late"] < finding.numbers["early"]
    assert finding.chart.kind == "heatmap"
    first: dict[Any, Any] = {}
    for who, when in zip(columns["customer"], columns["visited_on"].astype("M8[M]"), strict=True):
        first[who] = min(first.get(who, when), when)
    begun = [month for month in first.values() if month == np.datetime64("2023-03", "M")]
    pairs = set(zip(columns["customer"], columns["visited_on"].astype("M8[M]"), strict=True))
    back = sum(
        (who, np.datetime64("2023-05", "M")) in pairs
        for who, month in first.items()
        if month == np.datetime64("2023-03", "M")
    )
    row = next(each for each in finding.chart.series if each.name == "2023-03")
    assert row.y[1] == back / len(begun)


@pytest.mark.slow
def test_customers_who_fade_are_told(examine: Any) -> None:
    [finding] = _of(examine(_visits(2, fading=0.75)), "retention")
    assert finding.numbers["late"] < 0.5 * finding.numbers["early"]


@pytest.mark.slow
def test_steady_customers_are_not(examine: Any) -> None:
    analysis = examine(_visits(3))
    assert not _of(analysis, "cohorts")
    assert not _of(analysis, "retention")


@pytest.mark.slow
def test_a_date_in_the_year_9999_is_survived(examine: Any) -> None:
    columns = _visits(4)
    columns["visited_on"][3] = np.datetime64("9999-12-31")
    assert examine(columns).rows == len(columns["customer"])
