"""Curves: told in place of the line, once, and not where groups make them."""

from typing import Any

import numpy as np
import pytest

from morello.kernel.messages import LANGUAGES, render

Columns = dict[str, Any]


def _curves(analysis: Any) -> list[Any]:
    return [each for each in analysis.patterns if each.kind == "curve"]


def test_a_curve_is_told_with_where_it_turns(examine: Any, shop: Columns) -> None:
    random = np.random.default_rng(1)
    shop["distance"] = random.uniform(0, 50, 1_500)
    shop["weight"] = 100 - abs(shop["distance"] - 30) + random.normal(0, 4, 1_500)
    analysis = examine(shop)
    [finding] = _curves(analysis)
    assert finding.columns == ["distance", "weight"]
    assert finding.message.id == "insight.curve.rises_falls"
    assert finding.message.parameters["at"] == 30 or abs(finding.message.parameters["at"] - 30) < 5
    assert finding.numbers["middle"] > finding.numbers["low"]
    assert finding.chart.series[1].role == "reference"
    assert not [each for each in analysis.patterns if each.kind == "correlation"]
    for language in LANGUAGES:
        assert "{" not in render(finding.message, language)


@pytest.mark.slow
def test_a_jump_names_both_sides(examine: Any, shop: Columns) -> None:
    random = np.random.default_rng(2)
    shop["age"] = random.uniform(18, 80, 1_500)
    shop["weight"] = shop["weight"] + 25.0 * (shop["age"] > 60)
    [finding] = _curves(examine(shop))
    assert finding.message.id == "insight.curve.jumps"
    assert finding.numbers["high"] - finding.numbers["low"] > 15


@pytest.mark.slow
def test_a_line_stays_a_correlation(examine: Any, shop: Columns) -> None:
    random = np.random.default_rng(3)
    shop["amount"] = np.exp(shop["weight"] / 30 + random.normal(0, 0.3, 1_500))
    analysis = examine(shop)
    assert not _curves(analysis)
    assert [each for each in analysis.patterns if each.kind == "correlation"]


def test_groups_that_lie_along_a_curve_are_no_curve(examine: Any, shop: Columns) -> None:
    place = np.select([shop["region"] == each for each in ("north", "south", "east")], [0, 1, 2], 3)
    random = np.random.default_rng(4)
    shop["distance"] = 10.0 * place + random.normal(0, 1, 1_500)
    shop["weight"] = np.array([100.0, 140.0, 140.0, 100.0])[place] + random.normal(0, 5, 1_500)
    assert not _curves(examine(shop))
