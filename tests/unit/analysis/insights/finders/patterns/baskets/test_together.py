"""What comes together: told by share and lift, over the whole table."""

from typing import Any

import numpy as np
import pytest

from morello.kernel.messages import LANGUAGES, render

Columns = dict[str, Any]


@pytest.fixture
def orders() -> Columns:
    """Orders of one to five items; bread and butter like each other."""
    random = np.random.default_rng(1)
    items = ["bread", "butter", "milk", "eggs", "tea", "rice", "soap", "salt"]
    lines = []
    for order in range(800):
        held = set(random.choice(items, int(random.integers(1, 5)), replace=False))
        if "bread" in held and random.random() < 0.9:
            held.add("butter")
        lines += [(f"A{order:05d}", item) for item in sorted(held)]
    return {
        "order_id": [order for order, _ in lines],
        "item": [item for _, item in lines],
        "price": random.normal(5, 1, len(lines)),
    }


def test_a_pair_that_comes_together_is_told(examine: Any, ask: Any, orders: Columns) -> None:
    [finding] = [each for each in examine(orders).business_insights if each.kind == "together"]
    assert finding.columns == ["order_id", "item"]
    assert {"bread", "butter"} == {
        finding.message.parameters["first"],
        finding.message.parameters["second"],
    }
    held: dict[str, set[str]] = {}
    for order, item in zip(orders["order_id"], orders["item"], strict=True):
        held.setdefault(order, set()).add(item)
    both = sum({"bread", "butter"} <= each for each in held.values())
    assert finding.numbers["both"] == both
    assert finding.numbers["baskets"] == 800
    assert len(ask(orders, finding.rows_sql)) == 2 * both
    assert finding.chart.series[-1].role == "highlight"
    for language in LANGUAGES:
        assert "{" not in render(finding.message, language)


@pytest.mark.slow
def test_orders_filled_by_chance_say_nothing(examine: Any, orders: Columns) -> None:
    orders["item"] = np.random.default_rng(2).permutation(orders["item"]).tolist()
    assert not [each for each in examine(orders).findings if each.kind == "together"]


def test_one_item_an_order_says_nothing(examine: Any) -> None:
    columns = {"order_id": np.arange(300), "item": ["a", "b", "c", "d", "e", "f"] * 50}
    assert not [each for each in examine(columns).findings if each.kind == "together"]
