"""A change is explained by what was planted, and adds up to the last digit."""

import datetime
import decimal
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from morello.analysis.charts.svg import draw
from morello.analysis.insights.changes.explanation import Explanation
from morello.kernel.errors import BadQuery, InvalidInput
from morello.kernel.messages import LANGUAGES, Message, render

Why = Any
Columns = dict[str, Any]
_ROWS = 1_200


@pytest.fixture
def sales() -> Columns:
    """Two months; in the second, one branch sells for a third less."""
    generator = np.random.default_rng(3)
    late = np.arange(_ROWS) >= _ROWS // 2
    branch = np.array(["north", "south", "east", "west"])[generator.integers(0, 4, _ROWS)]
    amount = np.round(generator.lognormal(3, 0.3, _ROWS), 2)
    return {
        "at": np.datetime64("2026-04-01T09:00", "s")
        + np.where(late, 30, 0).astype("timedelta64[D]")
        + (np.arange(_ROWS) % 30).astype("timedelta64[D]"),
        "branch": branch,
        "channel": np.array(["web", "shop"])[generator.integers(0, 2, _ROWS)],
        "amount": np.where(late & (branch == "west"), np.round(amount * 0.66, 2), amount),
        "quantity": generator.integers(1, 5, _ROWS),
    }


def _adds_up(found: Explanation) -> None:
    exact = Decimal(repr(found.after.value)) - Decimal(repr(found.before.value))
    assert Decimal(repr(found.change)) == exact
    for each in found.dimensions:
        assert each.remainder == 0
        parts = [(each.whole, Decimal(repr(each.whole.contribution)))]
        parts += [(group, Decimal(repr(group.contribution))) for group in each.groups]
        for part, whole in parts:
            four = (part.size, part.mix, part.rate, part.both)
            assert sum(Decimal(repr(number)) for number in four) == whole
        assert sum(whole for _, whole in parts[1:]) == exact == parts[0][1]


@pytest.mark.parametrize(
    "question",
    [
        {"measure": "amount"},
        {"measure": "amount", "aggregate": "mean"},
        {"aggregate": "count"},
        {"measure": "amount", "divisor": "quantity", "aggregate": "ratio"},
        {"measure": "quantity", "by": "channel", "before": "web", "after": "shop"},
    ],
)
def test_every_dimension_adds_up(why: Why, sales: Columns, question: dict[str, Any]) -> None:
    found = why(sales, **({"before": "2026-04", "after": "2026-05"} | question))
    assert {each.dimension for each in found.dimensions} >= {"branch"}
    _adds_up(found)
    for language in LANGUAGES:
        told: list[Message] = [found.message, *found.notes]
        for each in found.dimensions:
            told += [each.message, *each.details]
            assert "<svg" in draw(each.chart, language)
        for message in told:
            words = render(message, language)
            assert "{" not in words
            assert not words.startswith("insight.")


def test_the_branch_that_fell_is_named_first(why: Why, sales: Columns) -> None:
    found = why(sales, measure="amount", after="2026-05")
    assert (found.before.name, found.after.name) == ("2026-04", "2026-05")
    first = found.dimensions[0]
    assert (first.dimension, first.groups[0].value) == ("branch", "west")
    assert first.whole.rate < 0
    assert "west" in render(found.message)
    mean = why(sales, measure="amount", aggregate="mean", after="2026-05")
    assert mean.dimensions[0].groups[0].value == "west"
    assert mean.dimensions[0].whole.rate < 0.7 * mean.change < 0


def test_the_totals_are_those_of_the_rows(why: Why, sales: Columns) -> None:
    found = why(sales, measure="amount", before="2026-04", after="2026-05")
    late = sales["at"] >= np.datetime64("2026-05-01")
    assert found.after.value == pytest.approx(math.fsum(sales["amount"][late]), abs=1e-9)
    ratio = why(sales, measure="amount", divisor="quantity", aggregate="ratio", after="2026-05")
    expected = sales["amount"][late].sum() / sales["quantity"][late].sum()
    assert ratio.after.value == pytest.approx(expected, rel=1e-11)


def test_new_vanished_missing_and_many_values_are_told_apart(why: Why) -> None:
    rows = 900
    late = np.arange(rows) >= rows // 2
    item = np.array([f"item {each}" for each in range(300)])[np.arange(rows) % 300]
    item = np.where(late & (item == "item 1"), "fresh", item)
    item = np.where(~late & (item == "item 2"), "gone", item)
    columns = {
        "day": np.datetime64("2026-01-01") + np.where(late, 40, 0).astype("timedelta64[D]"),
        "item": pa.array(item, mask=item == "item 3"),
        "amount": np.where(item == "gone", 90.0, np.where(item == "fresh", 70.0, 1.0)),
    }
    found = why(columns, measure="amount", after="2026-02", dimensions=["item"])
    _adds_up(found)
    groups = {each.value: each for each in found.dimensions[0].groups}
    assert groups["fresh"].status == "new"
    assert groups["gone"].status == "vanished"
    assert groups["gone"].after is None
    assert found.dimensions[0].groups[-1].status == "rest"
    assert len(groups) == 13
    assert "fresh" in render(found.dimensions[0].details[1])


@settings(max_examples=5, deadline=None)
@given(
    some.lists(
        some.tuples(
            some.floats(-1e12, 1e12) | some.sampled_from([0.1, 0.2, 0.3, 1e-7]),
            some.sampled_from("abc"),
            some.booleans(),
        ),
        min_size=2,
        max_size=30,
    )
)
def test_any_numbers_add_up(why: Why, rows: list[tuple[float, str, bool]]) -> None:
    rows = [*rows, (1.0, "a", True), (2.0, "b", False)]
    values, groups, sides = (list(each) for each in zip(*rows, strict=True))
    columns = {"x": values, "g": groups, "side": sides}
    for aggregate in ("sum", "mean"):
        found = why(columns, measure="x", aggregate=aggregate, by="side", before="false",
                    after="true", dimensions=["g"])  # fmt: skip
        _adds_up(found)


def test_decimals_infinities_and_odd_dates_make_sense(why: Why) -> None:
    columns = {
        "at": [datetime.date(2026, 4, 3), datetime.date(2026, 5, 3), datetime.date(9999, 12, 31),
               datetime.date(2026, 5, 31), datetime.date(2026, 4, 1)],
        "money": [decimal.Decimal("0.10"), decimal.Decimal("0.30"), None, decimal.Decimal("0.20"),
                  decimal.Decimal("0.20")],
        "x": [1.5, math.inf, math.nan, -2.5, None],
        "g": ["a", None, "b", "a", "a"],
    }  # fmt: skip
    found = why(columns, measure="money")
    assert (found.before.name, found.before.value) == ("2026-04", 0.3)
    assert (found.after.name, found.after.value) == ("2026-05", 0.5)
    _adds_up(found)
    _adds_up(why(columns, measure="x", dimensions=["g"]))


@pytest.mark.parametrize(
    ("question", "case"),
    [
        ({}, "change_measure"),
        ({"measure": "branch"}, "change_number"),
        ({"measure": "amount", "aggregate": "ratio"}, "change_divisor"),
        ({"measure": "amount", "divisor": "quantity"}, "change_divisor"),
        ({"measure": "amount", "after": "May"}, "change_period"),
        ({"measure": "amount", "after": "0001"}, "change_period"),
        ({"measure": "amount", "before": "2026-04"}, "change_after"),
        ({"measure": "amount", "before": "2026", "after": "2026-05"}, "change_overlap"),
        ({"measure": "amount", "after": "2031-05"}, "change_no_rows"),
        ({"measure": "amount", "time": "branch"}, "change_time"),
        ({"measure": "amount", "by": "branch", "before": "north"}, "change_values"),
        ({"measure": "nobody"}, "unknown_column_only"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    why: Why, sales: Columns, question: dict[str, Any], case: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        why(sales, **question)
    assert refused.value.message.id.endswith(case)
    for language in LANGUAGES:
        assert "error." not in refused.value.in_words(language)
        assert "{" not in refused.value.in_words(language)
    assert isinstance(refused.value, BadQuery) == (case == "unknown_column_only")


def test_without_dates_or_values_it_says_so(why: Why) -> None:
    with pytest.raises(InvalidInput, match="holds dates"):
        why({"x": [1.0, 2.0]}, measure="x")
    with pytest.raises(InvalidInput, match="no two whole"):
        why({"d": [datetime.date(2026, 1, 1)], "x": [1.0]}, measure="x")
    empty = {"d": ["a", "b"], "x": pa.nulls(2, pa.float64())}
    with pytest.raises(InvalidInput, match="nothing to divide by"):
        why(empty, measure="x", aggregate="mean", by="d", before="a", after="b")
