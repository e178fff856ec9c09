"""Two versions: what came, went, moved or is missing is told, and nothing else."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from morello.analysis.charts.svg import draw
from morello.analysis.drift.comparing import Known, compare
from morello.analysis.drift.comparison import Change, Comparison
from morello.analysis.methods.summaries.profiling import Profiling
from morello.kernel.messages import LANGUAGES, render

Columns = dict[str, Any]
_ROWS = 3_000


def _shop(seed: int, rows: int = _ROWS) -> Columns:
    generator = np.random.default_rng(seed)
    return {
        "id": np.arange(rows) + seed * rows,
        "amount": np.round(generator.lognormal(3, 0.5, rows), 2),
        "weight": generator.normal(100, 15, rows),
        "heavy": generator.pareto(2.5, rows),
        "items": generator.poisson(4, rows),
        "channel": np.array(["shop", "web", "phone"])[generator.integers(0, 3, rows)],
        "is_member": generator.random(rows) < 0.3,
        "note": pa.array(["x"] * rows, mask=generator.random(rows) < 0.2),
    }


def _compared(before: Columns, after: Columns) -> Comparison:
    known = []
    for version, columns in (("a" * 64, before), ("b" * 64, after)):
        with Profiling(1) as profiling:
            for batch in pa.table(columns).to_batches(1 << 16):
                profiling.add(batch)
            known.append(Known("orders", version, profiling.summary()))
    return compare(*known)


def _found(before: Columns, after: Columns) -> dict[str, Change]:
    found = _compared(before, after)
    for change in found.changes:
        for language in LANGUAGES:
            texts = [change.message, *change.details, found.message, *found.notes]
            assert all("{" not in render(each, language) for each in texts)
            assert all(render(each, language) != each.id for each in texts)
            if change.chart is not None:
                assert draw(change.chart, language=language).startswith("<svg")
    return {each.id: each for each in found.changes}


def test_samples_of_the_same_differ_in_nothing() -> None:
    comparison = _compared(_shop(1), _shop(2))
    assert comparison.nothing_changed
    assert comparison.tests_made > 5
    assert render(comparison.message) == "Nothing changed that chance alone would not make."


def test_the_same_version_is_not_tested() -> None:
    known = Known("orders", "a" * 64, None)
    comparison = compare(known, known)
    assert comparison.nothing_changed
    assert comparison.tests_made == 0


def test_columns_come_go_and_change_their_name_and_type() -> None:
    before, after = _shop(1), _shop(2)
    after["worth"] = before["weight"]
    before["worth once"] = before["weight"]
    after["new"] = np.arange(_ROWS) % 7
    before["old"] = np.arange(_ROWS) % 9
    after["items"] = after["items"].astype(str)
    found = _found(before, after)
    assert set(found) == {"added:new", "removed:old", "renamed:worth once:worth", "retyped:items"}
    assert next(iter(found)) == "removed:old"


def test_values_move_gaps_grow_and_categories_come_and_go() -> None:
    before, after = _shop(1), _shop(2)
    after["amount"] = after["amount"] * 1.3
    after["note"] = pa.array(["x"] * _ROWS, mask=np.arange(_ROWS) % 2 == 0)
    after["channel"] = np.where(after["channel"] == "phone", "app", after["channel"])
    after["is_member"] = np.arange(_ROWS) % 2 == 0
    found = _found(before, after)
    assert set(found) == {
        "shift:amount",
        "nulls:note",
        "appeared:channel:app",
        "vanished:channel:phone",
        "mix:is_member",
    }
    assert "amount is higher: half of its values are above 2" in render(
        found["shift:amount"].message
    )
    assert found["nulls:note"].numbers["after"] == pytest.approx(0.5)


def test_a_small_shift_is_not_worth_telling() -> None:
    before, after = _shop(1, 50_000), _shop(2, 50_000)
    after["weight"] = after["weight"] + 1.0  # a fifteenth of a deviation, beyond any chance
    assert not _found(before, after)


def test_fewer_rows_wider_spread_and_impossible_ends() -> None:
    before, after = _shop(1), _shop(2, 1_000)
    after["weight"] = 100 + 2 * (after["weight"] - 100)
    after["amount"][:5] = 99_999.0
    after["items"][:40] = -1
    found = _found(before, after)
    assert set(found) == {"rows", "shift:weight", "range:amount", "range:items"}
    assert "spread differently" in render(found["shift:weight"].message)


@pytest.mark.parametrize("columns", [{}, {"a": []}, {"a": [None, None]}, {"a": [float("inf")]}])
def test_strange_tables_differ_without_a_traceback(columns: Columns) -> None:
    _found(columns, _shop(1))
    _found(_shop(1), columns)
    _found(columns, columns)


@pytest.mark.slow
def test_chance_alone_is_told_of_in_few_comparisons() -> None:
    rounds = 60
    said = [
        not _compared(_shop(2 * each), _shop(2 * each + 1)).nothing_changed
        for each in range(rounds)
    ]
    assert sum(said) <= 0.05 * rounds
