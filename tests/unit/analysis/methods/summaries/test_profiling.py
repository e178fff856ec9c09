import numpy as np
import pyarrow as pa
import pytest

from morello.analysis.methods.summaries.profiling import Profiling, profile, rows_at_once
from morello.kernel.errors import InvalidInput


def table(rows: int = 30_000) -> pa.Table:
    generator = np.random.default_rng(5)
    return pa.table(
        {
            "a": generator.standard_normal(rows),
            "b": generator.integers(0, 9, rows),
            "c": generator.integers(0, 10_000, rows).astype(str),
        }
    )


def test_the_profile_does_not_depend_on_the_number_of_workers() -> None:
    batches = table().to_batches(max_chunksize=7000)
    assert profile(batches, workers=1) == profile(batches, workers=3)


def test_no_batches_and_empty_batches() -> None:
    assert profile([]).columns == []
    empty = profile(table().slice(0, 0).to_batches() or [pa.RecordBatch.from_pydict({"a": []})])
    assert empty.rows == 0


def test_a_failure_reaches_the_caller() -> None:
    first, second = pa.RecordBatch.from_pydict({"a": [1]}), pa.RecordBatch.from_pydict({"a": ["x"]})
    with pytest.raises(InvalidInput):
        profile([first, second, first])


def test_large_batches_are_taken_in_slices() -> None:
    with Profiling(1) as profiling:
        profiling.add(table(150_000).combine_chunks().to_batches()[0])
        summary = profiling.summary()
    assert summary is not None
    assert summary.rows == 150_000


def test_wide_tables_are_read_fewer_rows_at_a_time() -> None:
    assert rows_at_once(18) == 131_072
    assert rows_at_once(5000) * 5000 <= 1 << 22
    assert rows_at_once(0) > 0


@pytest.mark.slow
def test_a_cell_of_fifty_megabytes_is_shown_by_its_beginning() -> None:
    batch = pa.RecordBatch.from_pydict({"big": ["x" * 50_000_000, "y"]})
    column = profile([batch]).columns[0]
    assert column.length_maximum == 50_000_000
    assert len(str(column.minimum)) == 200


@pytest.mark.prove
def test_five_thousand_columns() -> None:
    generator = np.random.default_rng(6)
    arrays = [pa.array(generator.standard_normal(50)) for _ in range(5000)]
    found = profile([pa.RecordBatch.from_arrays(arrays, [f"c{at}" for at in range(5000)])])
    assert len(found.columns) == 5000
    notes = {note.id: note.parameters for note in found.notes}
    assert notes["profile.note.screened"]["numbers"] == 5000
    assert notes["profile.note.correlations"]["pairs"] == 500 * 499 // 2


@pytest.mark.slow
def test_beyond_five_hundred_columns_correlations_are_screened() -> None:
    generator = np.random.default_rng(6)
    arrays = [generator.standard_normal(700) for _ in range(560)]
    arrays[540] = arrays[10] * 2 + generator.standard_normal(700) * 0.5
    arrays[551] = np.where(generator.random(700) < 0.3, np.nan, -arrays[540])
    names = [f"c{at}" for at in range(560)]
    found = profile([pa.RecordBatch.from_arrays([pa.array(each) for each in arrays], names)])
    (note,) = (note for note in found.notes if note.id == "profile.note.screened")
    assert note.parameters == {"used": 500, "numbers": 560, "rows": 700, "least": 0.3}
    strong = {(pair.first, pair.second): pair for pair in found.correlations[:3]}
    assert set(strong) == {("c10", "c540"), ("c10", "c551"), ("c540", "c551")}
    pair = strong["c10", "c540"]
    assert abs(pair.r - np.corrcoef(arrays[10], arrays[540])[0, 1]) < 1e-9
    assert 0 < pair.error < 0.05
    missing = strong["c10", "c551"]
    assert missing.rows == np.isfinite(arrays[551]).sum()
    assert all(pair.error == 0 for pair in found.correlations[3:])


@pytest.mark.slow
def test_millions_of_different_texts_stay_within_memory_and_error() -> None:
    batches = (
        pa.RecordBatch.from_pydict({"t": np.arange(start, start + 65_536).astype(str)})
        for start in range(0, 20 * 65_536, 65_536)
    )
    column = profile(batches).columns[0]
    assert abs(column.distinct / column.rows - 1) < 4 * column.distinct_error
    assert column.top == []
