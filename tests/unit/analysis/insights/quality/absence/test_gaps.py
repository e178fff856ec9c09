"""Gaps are told once: by what they come with, since when they last, or that they come together."""

from typing import Any

import numpy as np
import pyarrow as pa

from morello.kernel.messages import render

Columns = dict[str, Any]
Told = Any


def _with_gaps(shop: Columns, absent: Any, *names: str) -> Columns:
    return shop | {name: pa.array(shop[name], mask=absent) for name in names}


def test_gaps_above_a_number(told: Told, shop: Columns) -> None:
    generator = np.random.default_rng(1)
    high = shop["amount"] > 30
    absent = generator.random(len(high)) < np.where(high, 0.6, 0.05)
    found = told(_with_gaps(shop, absent, "weight"))
    [finding] = found.values()
    assert finding.columns == ["weight", "amount"]
    assert finding.numbers["share"] > 0.45
    assert finding.rows_sql is not None
    assert "weight is missing in" in render(finding.message)
    assert finding.chart is not None


def test_columns_with_one_cause_are_told_of_together(told: Told, shop: Columns) -> None:
    generator = np.random.default_rng(2)
    shop["height"] = generator.normal(170, 9, len(shop["id"]))
    absent = (shop["region"] == "west") & (generator.random(len(shop["id"])) < 0.5)
    found = told(_with_gaps(shop, absent, "weight", "height"))
    assert list(found) == ["missing:weight:region=west"]
    details = [render(each) for each in found["missing:weight:region=west"].details]
    assert "height are absent in the same rows." in details


def test_gaps_at_random_that_come_together(told: Told, shop: Columns) -> None:
    absent = np.random.default_rng(3).random(len(shop["id"])) < 0.1
    found = told(_with_gaps(shop, absent, "weight", "region"))
    assert list(found) == ["missing_together:region:weight"]
    assert found["missing_together:region:weight"].numbers["rows"] == absent.sum()


def test_a_column_that_ends_is_told_of_once(told: Told, shop: Columns) -> None:
    absent = shop["at"] > shop["at"][1_200]
    found = told(_with_gaps(shop, absent, "weight"))
    assert list(found) == ["ended:weight:at"]
    assert found["ended:weight:at"].numbers["rows"] > 280
    found = told(_with_gaps(shop, shop["at"] < shop["at"][300], "weight"))
    assert list(found) == ["began:weight:at"]


def test_gaps_at_random_are_no_news(told: Told, shop: Columns) -> None:
    generator = np.random.default_rng(4)
    for name in ("weight", "region"):
        shop[name] = pa.array(shop[name], mask=generator.random(len(shop["id"])) < 0.15)
    assert told(shop) == {}
