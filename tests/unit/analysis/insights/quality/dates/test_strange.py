"""Dates: placeholders, the future, the wrong order, missing days, and dates in text."""

from typing import Any

import numpy as np
import pytest

from morello.kernel.messages import render

Columns = dict[str, Any]
Told = Any
_DAY = np.timedelta64(1, "D")


@pytest.fixture
def dated(shop: Columns) -> Columns:
    """The shop with births and two dates that follow each other."""
    generator = np.random.default_rng(7)
    rows = len(shop["id"])
    sent = np.datetime64("2024-01-01") + generator.integers(0, 400, rows) * _DAY
    return shop | {
        "born": np.datetime64("1940-01-01") + generator.integers(0, 23_000, rows) * _DAY,
        "sent_on": sent,
        "arrived_on": sent + generator.integers(0, 9, rows) * _DAY,
    }


def test_ordinary_dates_are_no_news(told: Told, dated: Columns) -> None:
    assert told(dated) == {}


def test_a_placeholder_is_no_date_far_from_all_others(told: Told, dated: Columns) -> None:
    dated["born"][:25] = np.datetime64("1900-01-01")
    dated["sent_on"][:40] = np.datetime64("1970-01-01")
    found = told(dated)
    assert set(found) == {"placeholder_date:born:1900-01-01", "placeholder_date:sent_on:1970-01-01"}
    assert found["placeholder_date:born:1900-01-01"].numbers["rows"] == 25


def test_births_in_the_future(told: Told, dated: Columns) -> None:
    dated["born"][:3] = np.datetime64("2061-05-05")
    found = told(dated)
    assert list(found) == ["future_dates:born"]
    assert found["future_dates:born"].numbers["rows"] == 3


def test_plans_lie_in_the_future(told: Told, dated: Columns) -> None:
    dated["due_on"] = dated.pop("born")
    dated["due_on"][:3] = np.datetime64("2061-05-05")
    assert told(dated) == {}


def test_an_end_before_its_start(told: Told, dated: Columns) -> None:
    dated["arrived_on"][:4] = dated["sent_on"][:4] - 3 * _DAY
    found = told(dated)
    assert list(found) == ["wrong_order:arrived_on:sent_on"]
    assert "arrived_on lies before sent_on in 4 rows" in render(
        found["wrong_order:arrived_on:sent_on"].message
    )


def test_dates_that_have_nothing_to_do_with_each_other(told: Told, dated: Columns) -> None:
    dated["arrived_on"] = np.random.default_rng(1).permutation(dated["arrived_on"])
    assert told(dated) == {}


def test_days_that_are_missing(told: Told) -> None:
    days = np.delete(np.datetime64("2024-01-01") + np.arange(300), [100, 101, 102, 180])
    price = 100 + np.random.default_rng(2).normal(size=296)
    found = told({"day": days, "price": price})
    assert found["missing_days:day"].numbers == {"days": 296.0, "there": 0.0}
    assert render(found["missing_days:day"].message) == (
        "day has rows on every day it should, except 4 days: April 10, 2024 to April 12, 2024,"
        " June 29, 2024."
    )


@pytest.mark.parametrize(
    ("odd", "kind"),
    [
        ("{2}/{1}/{0}", "dates_in_text.formats"),
        ("2024-02-30", "dates_in_text.impossible"),
        (None, "dates_in_text"),
    ],
)
def test_dates_in_text(told: Told, dated: Columns, odd: str | None, kind: str) -> None:
    texts = np.datetime_as_string(dated.pop("born")).astype(object)
    if odd is not None:
        texts[:30] = [odd.format(*each.split("-")) for each in texts[:30]]
    found = told(dated | {"joined": texts})
    assert f"{kind}:joined" in found
    if odd is not None:
        assert found[f"{kind}:joined"].numbers["rows"] == 30


def test_day_and_month_the_other_way_round(told: Told, dated: Columns) -> None:
    texts = [each.split("-") for each in np.datetime_as_string(dated.pop("born"))]
    joined = [f"{d}/{m}/{y}" for y, m, d in texts]
    joined[:200] = [f"{m}/{d}/{y}" for y, m, d in texts[:200]]
    found = told(dated | {"joined": joined})
    assert 60 < found["dates_in_text.order.day:joined"].numbers["rows"] < 200
