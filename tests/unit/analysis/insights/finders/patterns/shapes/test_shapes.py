"""Shapes of columns: what is planted is told, with numbers that the query gives."""

from typing import Any

import numpy as np
import pytest

from morello.kernel.messages import LANGUAGES, render

Columns = dict[str, Any]
KINDS = ("humps", "spike", "capped", "heaping", "skewed")


def _told(analysis: Any) -> list[Any]:
    found = [each for each in analysis.findings if each.kind in KINDS]
    for finding in found:
        assert finding.chart is not None
        for language in LANGUAGES:
            told = [finding.message, *finding.details, finding.chart.title]
            assert not any("{" in render(each, language) for each in told)
    return found


def test_two_humps_are_told_with_what_lies_on_each_side(examine: Any, shop: Columns) -> None:
    anywhere = np.random.default_rng(3).permutation(len(shop["weight"]))[:600]
    shop["weight"][anywhere] += 90
    [finding] = _told(examine(shop))
    assert finding.kind == "humps"
    assert finding.numbers["below"] == pytest.approx(900, abs=20)
    assert finding.numbers["near_valley"] < finding.numbers["near_high"]
    assert "humps.unexplained" in finding.details[1].id


@pytest.mark.slow
def test_humps_that_a_column_explains_say_so(examine: Any, shop: Columns) -> None:
    shop["weight"] = shop["weight"] + 90.0 * (shop["region"] == "west")
    [finding] = [each for each in _told(examine(shop)) if each.kind == "humps"]
    assert finding.details[1].parameters["dimension"] == "region"


def test_a_spike_is_told_by_its_value(examine: Any, ask: Any, shop: Columns) -> None:
    shop["weight"] = np.round(shop["weight"], 1)
    shop["weight"][10:110] = 97.5
    [finding] = _told(examine(shop))
    assert finding.id == "spike:weight:97.5"
    assert finding.group == "patterns"
    assert len(ask(shop, finding.rows_sql)) == finding.numbers["rows"] >= 100


@pytest.mark.slow
def test_a_cut_off_scale_is_a_matter_of_quality(examine: Any, shop: Columns) -> None:
    shop["weight"] = np.minimum(np.round(shop["weight"], 1), 118)
    [finding] = _told(examine(shop))
    assert (finding.kind, finding.group) == ("capped", "quality")
    assert finding.numbers["beyond"] == 0


@pytest.mark.slow
def test_rounded_values_are_a_matter_of_quality(examine: Any, shop: Columns) -> None:
    random = np.random.default_rng(1)
    minutes = np.round(random.gamma(4, 25, 1_500))
    shop["minutes"] = np.where(random.random(1_500) < 0.4, np.round(minutes, -1), minutes)
    [finding] = _told(examine(shop))
    assert (finding.id, finding.group) == ("heaping:minutes:10", "quality")
    assert finding.numbers["rows"] == (shop["minutes"] % 10 == 0).sum()


@pytest.mark.slow
def test_an_average_that_misleads_is_said_to(examine: Any, shop: Columns) -> None:
    shop["income"] = np.random.default_rng(2).lognormal(8, 1.5, 1_500)
    [finding] = [each for each in _told(examine(shop)) if each.kind == "skewed"]
    assert finding.numbers["below"] > 0.7


def test_an_ordinary_table_has_no_shapes(examine: Any, shop: Columns) -> None:
    assert _told(examine(shop)) == []
