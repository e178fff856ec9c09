"""Odd rows: told with their values, once, and by a query that finds them."""

from typing import Any

import numpy as np
import pytest

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.finders.patterns.odd_rows import find_odd_rows
from morello.kernel.messages import LANGUAGES, render

Columns = dict[str, Any]


@pytest.fixture
def clothes() -> Columns:
    """Heights and weights that go together, and a column that has nothing to do with them."""
    random = np.random.default_rng(1)
    height = random.normal(170, 9, 2_000)
    weight = 70 + 1.1 * (height - 170) + random.normal(0, 5, 2_000)
    return {
        "height": np.round(height, 1),
        "weight": np.round(weight, 1),
        "age": random.gamma(9, 5, 2_000),
    }


@pytest.mark.slow
def test_rows_that_do_not_fit_are_told_with_their_values(
    examine: Any, ask: Any, clothes: Columns
) -> None:
    clothes["height"][[5, 50]] = [191.0, 150.5]
    clothes["weight"][[5, 50]] = [48.0, 90.5]
    [finding] = [each for each in examine(clothes).outliers if each.kind == "odd_rows"]
    assert set(finding.columns) == {"height", "weight"}
    assert finding.numbers["rows"] == 2
    behind = ask(clothes, finding.rows_sql)
    assert {(each["height"], each["weight"]) for each in behind} == {(191.0, 48.0), (150.5, 90.5)}
    details = " ".join(render(each) for each in finding.details)
    assert "height = 191" in details
    assert "weight = 48" in details
    for language in LANGUAGES:
        assert "{" not in render(finding.message, language)
    highlighted = finding.chart.series[1]
    assert len(highlighted.x) == 2


def test_rows_told_for_one_column_are_not_told_again(look: Any, clothes: Columns) -> None:
    clothes["height"][7] = 1_910.0
    subject = look(clothes)
    subject.set_bounds("height", 100.0, 300.0)
    search = Search()
    find_odd_rows(subject, search)
    assert search.candidates == []
    assert len(search.tests) == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"a": [1.0], "b": [2.0]},
        {"a": [None] * 200, "b": [1.0] * 200},
        {"a": [float("inf"), *np.arange(199.0)], "b": [float("nan")] * 200},
        {"a": np.arange(300.0), "b": np.arange(300.0)},
        {"only": np.arange(300.0)},
    ],
)
def test_strange_input_is_silent(look: Any, columns: Columns) -> None:
    search = Search()
    find_odd_rows(look(columns), search)
    assert search.candidates == []
