"""Columns that give each other away, and texts that break their column's shape."""

from typing import Any

import numpy as np
import pytest

from morello.kernel.messages import render

Columns = dict[str, Any]
Told = Any


@pytest.fixture
def stocked(shop: Columns) -> Columns:
    """The shop with items, by number and by name, of some maker."""
    item = np.random.default_rng(8).integers(0, 60, len(shop["id"]))
    return shop | {
        "item_id": item + 1_000,
        "item": np.char.add("item ", item.astype(str)),
        "maker": np.char.add("maker ", (item % 7).astype(str)),
    }


def test_names_that_stand_for_each_other(told: Told, stocked: Columns) -> None:
    found = told(stocked)
    assert list(found) == ["codes:item_id:item"]
    assert found["codes:item_id:item"].numbers == {"pairs": 60.0, "values": 60.0}


def test_what_breaks_a_rule_is_told_with_its_rows(told: Told, ask: Any, stocked: Columns) -> None:
    stocked["maker"] = stocked["maker"].astype(object)
    stocked["maker"][[5, 90]] = "maker x"
    found = told(stocked)
    assert set(found) == {"codes:item_id:item", "follows:item_id:maker"}
    broken = found["follows:item_id:maker"]
    assert broken.numbers["exceptions"] == 2
    assert broken.rows_sql is not None
    makers = [each["maker"] for each in ask(stocked, broken.rows_sql)]
    assert makers.count("maker x") == 2


def test_a_copy_and_what_differs(told: Told, ask: Any, shop: Columns) -> None:
    shop["area"] = shop["region"].astype(object)
    shop["area"][3] = "centre"
    found = told(shop)
    assert list(found) == ["copy:region:area"]
    assert render(found["copy:region:area"].message) == (
        "area repeats region, except in 1 row (0.067%)."
    )
    assert found["copy:region:area"].rows_sql is not None
    assert len(ask(shop, found["copy:region:area"].rows_sql)) == 1


def test_zeros_that_agree_are_no_copy(told: Told, shop: Columns) -> None:
    generator = np.random.default_rng(1)
    shop["tips"] = generator.poisson(0.02, len(shop["id"]))
    shop["refunds"] = generator.poisson(0.02, len(shop["id"]))
    assert not [each for each in told(shop) if each.startswith(("copy", "line"))]


def test_a_total_of_four_parts(told: Told, shop: Columns) -> None:
    generator = np.random.default_rng(2)
    names = [f"part {each}" for each in "abcd"]
    for name in names:
        shop[name] = np.round(generator.lognormal(2, 0.6, len(shop["id"])), 2)
    shop["sum"] = np.round(np.sum([shop[name] for name in names], axis=0), 2)
    shop["sum"][:3] += 9
    found = told(shop)
    [finding] = [each for each in found.values() if each.kind == "total"]
    assert finding.columns == ["sum", *names]
    assert finding.numbers["exceptions"] == 3


@pytest.mark.parametrize(
    ("name", "right", "wrong", "kind"),
    [
        ("email", "c{0}@example.com", "c{0}.example.com", "broken_format.email"),
        ("tracking", "KR-{0:05}", "KR{0}", "broken_format"),
        ("last_name", "Kim {1}", "Kim 7{1}", "broken_format.digits"),
        ("link", "https://example.com/{0}", "example/{0}", "broken_format.url"),
    ],
)
def test_texts_that_break_their_shape(
    told: Told, shop: Columns, name: str, right: str, wrong: str, kind: str
) -> None:
    letters = [chr(97 + each % 26) + chr(97 + each // 26 % 26) for each in range(len(shop["id"]))]
    shop[name] = [right.format(*each) for each in enumerate(letters)]
    assert not [each for each in told(shop) if each.startswith("broken")]
    shop[name][:3] = [wrong.format(*each) for each in enumerate(letters[:3])]
    found = told(shop)
    assert found[f"{kind}:{name}"].numbers["rows"] == 3
