"""Model suggestions: what is worth predicting, without what knows the answer."""

from typing import Any

import numpy as np
import pyarrow as pa

from morello.analysis.insights.suggest import outlook_of, suggestions_of

Columns = dict[str, Any]
LookAt = Any
_GENERATOR = np.random.default_rng(6)
_ROWS = 1_000


def _visits() -> Columns:
    stay = _GENERATOR.normal(30, 8, _ROWS)
    return {
        "stay": stay,
        "spent": 2 * stay + _GENERATOR.normal(0, 10, _ROWS),
        "left": _GENERATOR.random(_ROWS) < 0.3,
        "mood": np.array(["a", "b", "c"])[_GENERATOR.integers(0, 3, _ROWS)],
    }


def test_a_target_that_can_be_predicted_is_suggested(look: LookAt) -> None:
    found = {each.target: each for each in suggestions_of(look(_visits()))}
    assert found["spent"].kind == "regression"
    assert 0.5 < found["spent"].worth < 0.9
    assert found["spent"].features[0] == "stay"
    assert "left" not in found
    assert "mood" not in found


def test_a_column_filled_in_afterwards_is_a_leak(look: LookAt) -> None:
    columns = _visits()
    columns["left"] = columns["stay"] + _GENERATOR.normal(0, 4, _ROWS) < 28
    columns["reason"] = pa.array(["price"] * _ROWS, mask=~columns["left"])
    columns["reason_code"] = pa.array(_GENERATOR.normal(size=_ROWS), mask=~columns["left"])
    found = {each.target: each for each in suggestions_of(look(columns))}
    assert found["left"].kind == "classification"
    assert found["left"].leaks == ["reason_code"]
    assert "reason_code" not in found["left"].features


def test_a_daily_number_can_be_forecast(look: LookAt) -> None:
    days = np.repeat(np.arange(140), 5 + 10 * (np.arange(140) % 7 == 3))
    columns = {"at": np.datetime64("2026-01-01") + days, "x": _GENERATOR.normal(size=len(days))}
    kinds = {(each.kind, each.target) for each in suggestions_of(look(columns))}
    assert ("forecast", None) in kinds


def test_noise_and_small_tables_get_no_suggestion(look: LookAt) -> None:
    noise = {f"c{each}": _GENERATOR.normal(size=_ROWS) for each in range(4)}
    assert suggestions_of(look(noise)) == []
    assert suggestions_of(look({"a": [1, 2, 3]})) == []


def test_kinds_that_a_table_supports_and_what_is_not_worth_it_are_told(look: LookAt) -> None:
    found = outlook_of(look(_visits()))
    assert {each.kind: each.possible for each in found.kinds} == {
        "regression": True,
        "classification": True,
        "forecast": False,
        "clustering": False,
    }
    assert set(found.not_worth) == {"left", "mood"}
    few = outlook_of(look({"a": [1, 2, 3]}))
    assert not any(each.possible for each in few.kinds)
    assert (few.suggestions, few.not_worth) == ([], [])


def test_a_curve_that_knows_the_answer_is_a_leak(look: LookAt) -> None:
    columns = _visits()
    columns["bill"] = (columns["spent"] - 60) ** 3
    found = {each.target: each for each in outlook_of(look(columns)).suggestions}
    assert "bill" in found["spent"].leaks
    assert found["spent"].worth < 0.9
