"""Trouble in the data: each kind is found where it is, and not where it is not."""

import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from morello.analysis.insights.finding import Finding
from morello.kernel.messages import render

Columns = dict[str, Any]
Examine = Any
_GENERATOR = np.random.default_rng(4)
_ROWS = 400


def _plain() -> Columns:
    return {
        "number": np.arange(_ROWS),
        "amount": np.round(_GENERATOR.uniform(5, 50, _ROWS), 2),
        "city": np.array(["Seoul", "Busan", "Daegu"])[_GENERATOR.integers(0, 3, _ROWS)],
    }


def _found(examine: Examine, columns: Columns | pa.Table) -> dict[str, Finding]:
    return {each.kind: each for each in examine(columns).quality}


def test_a_clean_table_has_no_trouble(examine: Examine) -> None:
    assert _found(examine, _plain()) == {}


def test_empty_constant_and_sparse_columns(examine: Examine) -> None:
    columns = _plain() | {
        "nothing": pa.nulls(_ROWS, pa.string()),
        "always": ["x"] * _ROWS,
        "sparse": pa.array(_GENERATOR.random(_ROWS), mask=_GENERATOR.random(_ROWS) < 0.5),
    }
    found = _found(examine, columns)
    assert set(found) == {"empty", "constant", "absent"}
    assert render(found["constant"].message) == "always is always x."


def test_rows_that_stand_twice(examine: Examine) -> None:
    table = pa.table(_plain())
    found = _found(examine, pa.concat_tables([table, table.slice(0, 3)]))
    assert found["duplicates"].numbers["extra"] == 3
    assert "near_key" not in found  # it recurs only because its rows do


def test_a_key_that_is_not_quite_unique(examine: Examine) -> None:
    columns = _plain()
    columns["order_id"] = [f"A{each}" for each in range(_ROWS - 2)] + ["A0", "A1"]
    found = _found(examine, columns)
    assert found["near_key"].numbers["repeated"] == 2


def test_answers_that_repeat_by_nature_are_no_duplicates(examine: Examine) -> None:
    answers = {f"question {each}": _GENERATOR.integers(1, 4, _ROWS) for each in range(3)}
    assert "duplicates" not in _found(examine, answers)


def test_spellings_of_the_same(examine: Examine) -> None:
    columns = _plain()
    columns["city"] = np.where(np.arange(_ROWS) % 40 == 0, "seoul ", columns["city"])
    found = _found(examine, columns)["spelling"]
    assert found.numbers["rows"] == 10
    assert "Seoul and “seoul ”" in render(found.message)


def test_numbers_kept_as_text(examine: Examine) -> None:
    columns = _plain() | {
        "price": [f"{each:,}" for each in _GENERATOR.integers(1, 9_999, _ROWS)],
        "post_code": [f"{each:05}" for each in _GENERATOR.integers(1, 9_999, _ROWS)],
    }
    found = [each for each in examine(columns).quality if each.kind == "numbers_in_text"]
    assert [each.columns for each in found] == [["price"]]


def test_placeholders_are_told_and_left_out(examine: Examine) -> None:
    columns = _plain()
    columns["amount"][:12] = 9999
    analysis = examine(columns)
    [found] = [each for each in analysis.quality if each.kind == "placeholder"]
    assert found.numbers["rows"] == 12
    assert analysis.nothing_noteworthy


def test_negative_quantities(examine: Examine) -> None:
    columns = _plain() | {"quantity": _GENERATOR.integers(0, 9, _ROWS)}
    columns["quantity"][[5, 9]] = -2
    assert _found(examine, columns)["negative"].numbers["rows"] == 2


def test_dates_far_from_all_others(examine: Examine) -> None:
    days = [datetime.date(2026, 1, 1) + datetime.timedelta(each % 90) for each in range(_ROWS)]
    days[7], days[8] = datetime.date(1900, 1, 1), datetime.date(9999, 12, 31)
    found = _found(examine, _plain() | {"day": days})["far_dates"]
    assert found.numbers["rows"] == 2
    assert "January 1, 2026" in render(found.message)


def test_columns_that_give_each_other_away(examine: Examine) -> None:
    columns = _plain() | {"quantity": _GENERATOR.integers(2, 9, _ROWS)}
    columns["total"] = np.round(columns["amount"] * columns["quantity"], 2)
    columns["total"][3] += 40
    columns["won"] = columns["amount"] * 1_300
    found = _found(examine, columns)
    assert found["formula"].numbers["exceptions"] == 1
    assert found["line"].columns == ["won", "amount"]
    assert render(found["line"].message) == "won is 1,300 × amount in every row."  # noqa: RUF001 - the sign people read


def test_columns_in_step_are_told_of_once(examine: Examine) -> None:
    columns = _plain()
    for name in ("won", "yen"):
        columns[name] = columns["amount"] * 1_300 + _GENERATOR.normal(0, 500, _ROWS)
    found = [each for each in examine(columns).quality if each.kind == "same"]
    assert [each.columns for each in found] == [["amount", "won", "yen"]]
