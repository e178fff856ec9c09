import collections
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest

from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.summaries.table import TableSummary


def profile(values: Sequence[str | None], step: int = 20_000) -> ColumnProfile:
    table = pa.table({"t": pa.array(values, pa.string())})
    summary = TableSummary.empty(table.schema)
    for batch in table.to_batches(max_chunksize=step):
        summary.update(batch)
    return summary.profile().columns[0]


def test_categories_are_exact() -> None:
    generator = np.random.default_rng(1)
    values = [f"Kind {at}" for at in generator.integers(0, 40, 50_000) ** 2 // 40]
    column = profile([*values, None])
    counts = collections.Counter(values)
    assert (column.kind, column.distinct, column.distinct_error) == ("category", len(counts), 0)
    assert column.top_error == 0
    assert {top.value: top.count for top in column.top} == dict(counts.most_common(10)) or sorted(
        top.count for top in column.top
    ) == sorted(count for _, count in counts.most_common(10))
    shapes = collections.Counter("Aa+ 9" if len(value) == 6 else "Aa+ 9{2}" for value in values)
    assert {top.value: top.count for top in column.patterns} == shapes
    assert column.pattern_rows == len(values)


@pytest.mark.parametrize("different", [3_000, 90_000])
def test_many_texts_are_estimated_within_the_stated_errors(different: int) -> None:
    generator = np.random.default_rng(2)
    values = [f"{at}" for at in generator.integers(0, different, 150_000)]
    values[::10] = ["often"] * len(values[::10])
    column = profile(values)
    true = len(set(values))
    assert column.kind == "text"
    assert abs(column.distinct - true) <= 4 * column.distinct_error * true
    counts = collections.Counter(values)
    assert column.top[0].value == "often"
    for top in column.top:
        assert 0 <= counts[str(top.value)] - top.count <= column.top_error
    lengths = [len(value) for value in values]
    assert (column.length_minimum, column.length_maximum) == (min(lengths), max(lengths))
    assert column.length_mean == pytest.approx(np.mean(lengths))
    assert (column.minimum, column.maximum) == (min(values), max(values))


def test_lengths_are_characters() -> None:
    column = profile(["한글", "é", "🍒🍒🍒"])
    assert (column.length_minimum, column.length_mean, column.length_maximum) == (1, 2.0, 3)
