"""Subgroups, reversals and drivers: what is planted is told, and the query says the same."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from morello.analysis.charts.svg import draw
from morello.analysis.insights.candidate import Candidate, Search
from morello.analysis.insights.finders.groups.joint import find_joint
from morello.kernel.messages import LANGUAGES, render

Columns = dict[str, Any]
LookAt = Any
Ask = Any
_ROWS = 2_400


@pytest.fixture
def plain() -> Columns:
    """Rows without signal."""
    generator = np.random.default_rng(8)
    return {
        "region": np.array(["north", "south", "east"])[generator.integers(0, 3, _ROWS)],
        "channel": np.array(["web", "shop", "phone"])[generator.integers(0, 3, _ROWS)],
        "age": generator.integers(18, 80, _ROWS),
        "weight": generator.normal(100, 15, _ROWS),
        "left": generator.random(_ROWS) < 0.3,
    }


def _joint(look: LookAt, columns: Columns) -> dict[str, Candidate]:
    """Return what passes a single test of 1 in 10,000, by kind and target."""
    search = Search()
    find_joint(look(columns), search)
    return {
        each.id: each
        for each in search.candidates
        if each.p_value is not None and each.p_value < 1e-4
    }


def _said(columns: Columns, ask: Ask, candidate: Candidate) -> tuple[str, dict[str, float]]:
    [row] = ask(columns, candidate.sql)
    telling = candidate.tell({name: float(each) for name, each in row.items()})
    assert telling is not None
    chart = candidate.draw()
    assert chart is not None
    for language in LANGUAGES:
        for message in [telling.message, *telling.details, *telling.caveats, chart.title]:
            assert "{" not in render(message, language)
            assert not render(message, language).startswith("insight.")
        assert "<svg" in draw(chart, language)
    return render(telling.message), row


def test_noise_says_nothing_and_few_tests_are_made(look: LookAt, plain: Columns) -> None:
    search = Search()
    find_joint(look(plain), search)
    assert min(search.tests) > 1e-3
    assert len(search.tests) <= 3 * 3


def test_a_subgroup_is_told_with_its_parts(look: LookAt, ask: Ask, plain: Columns) -> None:
    hit = (plain["region"] == "south") & (plain["age"] > 50)
    plain["weight"] = plain["weight"] + 12.0 * hit
    subgroups = [each for each in _joint(look, plain).values() if each.kind == "subgroup"]
    [found] = [each for each in subgroups if each.columns[2] == "weight"]
    assert set(found.columns) == {"region", "age", "weight"}
    sentence, row = _said(plain, ask, found)
    assert "region is south" in sentence
    assert "age is above" in sentence
    assert row["mean"] - row["mean_elsewhere"] > 6
    assert row["rows"] == len(ask(plain, found.rows_sql))
    assert found.inside is not None
    assert (found.inside & hit).sum() > 0.8 * hit.sum()


def test_a_subgroup_of_a_rate_is_told_in_percent(look: LookAt, ask: Ask, plain: Columns) -> None:
    generator = np.random.default_rng(2)
    hit = (plain["region"] == "south") & (plain["channel"] == "web")
    plain["left"] = generator.random(_ROWS) < 0.2 + 0.5 * hit
    found = [each for each in _joint(look, plain).values() if each.kind == "subgroup"]
    first = max(found, key=lambda each: each.strength)
    assert first.columns[2] == "left"
    assert "%" in _said(plain, ask, first)[0]


def test_two_effects_that_add_up_are_no_subgroup(look: LookAt, plain: Columns) -> None:
    plain["weight"] = plain["weight"] + 12.0 * (plain["region"] == "south") + 0.4 * plain["age"]
    assert "subgroup" not in {each.kind for each in _joint(look, plain).values()}


def test_a_reversal_is_told_in_both_views(look: LookAt, ask: Ask, plain: Columns) -> None:
    generator = np.random.default_rng(3)
    level = generator.integers(0, 3, _ROWS)
    treated = generator.random(_ROWS) < np.array([0.15, 0.5, 0.85])[level]
    plain["severity"] = np.array(["mild", "medium", "severe"])[level]
    plain["treatment"] = np.where(treated, "new", "old")
    plain["stay"] = generator.normal(30 + 14 * level - 5 * treated, 9)
    found = _joint(look, plain)
    [reversal] = [
        each for each in found.values() if each.columns == ["treatment", "stay", "severity"]
    ]
    assert reversal.kind == "reversal"
    sentence, row = _said(plain, ask, reversal)
    assert (row["mean"] - row["elsewhere"]) * row["within"] < 0
    assert abs(row["within"]) == pytest.approx(5, abs=1.5)
    assert (row["groups"], row["groups_turned"]) == (3, 3)
    assert "but among rows with the same severity" in sentence


def test_a_reversal_of_a_rate_by_a_number(look: LookAt, ask: Ask, plain: Columns) -> None:
    generator = np.random.default_rng(3)
    price = generator.normal(50, 10, _ROWS)
    level = np.clip((price - 35) / 10, 0, 3)
    dear = generator.random(_ROWS) < 0.05 + 0.3 * level
    plain["price"], plain["brand"] = price, np.where(dear, "gold", "plain")
    plain["left"] = generator.random(_ROWS) < 0.84 - 0.27 * level + 0.13 * dear
    found = [each for each in _joint(look, plain).values() if each.kind == "reversal"]
    [reversal] = [each for each in found if each.columns == ["brand", "left", "price"]]
    assert "%" in _said(plain, ask, reversal)[0]


def test_drivers_add_up_in_the_whole_table(look: LookAt, ask: Ask, plain: Columns) -> None:
    plain["weight"] = (
        plain["weight"] + 9.0 * (plain["region"] == "south") + abs(plain["age"] - 50) * 0.5
    )
    [drivers] = [each for each in _joint(look, plain).values() if each.kind == "drivers"]
    assert set(drivers.columns) == {"weight", "region", "age"}
    sentence, row = _said(plain, ask, drivers)
    assert row["driver_1"] + row["driver_2"] == pytest.approx(row["explained"], abs=0.03)
    assert row["driver_1"] > row["driver_2"] > 0.03
    assert "What moves weight most" in sentence


def test_a_single_driver_is_left_to_segments(look: LookAt, plain: Columns) -> None:
    plain["weight"] = plain["weight"] + 15.0 * (plain["region"] == "south")
    assert "drivers" not in {each.kind for each in _joint(look, plain).values()}


@pytest.mark.parametrize("rows", [0, 1, 250])
def test_odd_columns_say_nothing(look: LookAt, rows: int) -> None:
    columns = {
        "null": pa.nulls(rows, pa.float64()),
        "same": np.ones(rows),
        "one": ["x"] * rows,
        "wild": np.where(np.arange(rows) % 3 == 0, np.inf, 1e300 * np.arange(rows)),
        "group": [str(each % 2) for each in range(rows)],
        "number": np.arange(rows) % 7,
    }
    assert _joint(look, columns) == {}
