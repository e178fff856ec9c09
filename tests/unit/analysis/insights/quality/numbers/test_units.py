"""Numbers that cannot be meant: two units, placeholders, beyond what a name allows."""

from typing import Any

import numpy as np
import pytest

from morello.kernel.messages import render

Columns = dict[str, Any]
Told = Any


def test_cents_among_euros(told: Told, shop: Columns) -> None:
    shop["amount"][:150] *= 100
    [finding] = told(shop).values()
    assert finding.id == "units.above:amount"
    assert finding.numbers["rows"] == 150
    assert "100 times as large" in render(finding.message)
    assert finding.chart is not None
    assert finding.caveats


def test_one_region_weighs_in_grams(told: Told, shop: Columns) -> None:
    shop["weight"] = np.where(shop["region"] == "west", shop["weight"] * 1000, shop["weight"])
    found = told(shop)
    assert list(found) == ["units.group.higher:weight:region:west"]
    assert found["units.group.higher:weight:region:west"].numbers["odd"] > 90_000


def test_a_column_beside_that_names_the_unit_explains_it(told: Told, shop: Columns) -> None:
    shop["currency"] = shop.pop("region")
    won = shop["currency"] == "west"
    shop["amount"] = np.where(won, shop["amount"] * 1000, shop["amount"])
    assert not [each for each in told(shop) if "group" in each]


@pytest.mark.parametrize(
    ("name", "value", "others", "expected"),
    [
        ("height", 0, (150, 190), "placeholder.zero:height"),
        ("age", 99, (18, 80), "placeholder:age"),
        ("score", -1, (0, 50), "placeholder:score"),
        ("visits", 0, (1, 9), None),
        ("score", 99, (0, 98), None),
    ],
)
def test_placeholders(
    told: Told, shop: Columns, name: str, value: int, others: tuple[int, int], expected: str
) -> None:
    shop[name] = np.random.default_rng(1).integers(*others, len(shop["id"]))
    shop[name][:150] = value
    assert list(told(shop)) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("name", "low", "high", "wrong"),
    [("latitude", 33, 39, 127.0), ("share", 0, 1, 45.0), ("month", 1, 12, 13.0)],
)
def test_beyond_what_a_name_allows(
    told: Told, shop: Columns, name: str, low: float, high: float, wrong: float
) -> None:
    shop[name] = np.random.default_rng(1).uniform(low, high, len(shop["id"]))
    assert told(shop) == {}
    shop[name][:4] = wrong
    found = told(shop)
    assert found[f"beyond_bounds:{name}"].numbers["rows"] == 4
