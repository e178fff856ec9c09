"""Version ids: equal rows, equal ids, however they came; other rows, other ids."""

import itertools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morello.data.catalog import digest
from morello.data.catalog.digest import RowDigest, version_id

KEY = b"k" * 32
SCHEMA = pa.schema([("n", pa.int64()), ("s", pa.string()), ("f", pa.float64()), ("b", pa.bool_())])
ROW = st.tuples(
    st.none() | st.integers(-5, 5),
    st.none() | st.text(max_size=3),
    st.none() | st.floats(),
    st.none() | st.booleans(),
)


def batch(rows: Sequence[tuple[Any, ...]], schema: pa.Schema = SCHEMA) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.record_batch(arrays, schema=schema)


def of(*batches: pa.RecordBatch, schema: pa.Schema = SCHEMA, key: bytes = KEY) -> Any:
    return version_id(key, schema, batches)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "BLOCK_ROWS", 4)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(ROW, max_size=14), cuts=st.lists(st.integers(0, 14), max_size=4))
def test_batches_change_nothing(rows: list[tuple[Any, ...]], cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]
    parts = [batch(rows[start:end]) for start, end in itertools.pairwise(places)]
    whole = batch(rows)
    assert of(*parts) == of(whole)
    assert of(*[whole.slice(start, end - start) for start, end in itertools.pairwise(places)]) == (
        of(whole)
    )


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(ROW, max_size=14), at=st.integers(0, 14))
def test_an_append_goes_on_from_the_complete_blocks(rows: list[tuple[Any, ...]], at: int) -> None:
    at = min(at, len(rows))
    _, blocks = of(batch(rows[:at]))
    complete = at // digest.BLOCK_ROWS
    onward = RowDigest(KEY, SCHEMA, blocks[:complete])
    onward.update(batch(rows[complete * digest.BLOCK_ROWS :]))
    assert onward.rows == len(rows)
    assert onward.finish() == of(batch(rows))


@settings(max_examples=200, deadline=None)
@given(st.lists(ROW, max_size=10), st.lists(ROW, max_size=10))
def test_other_rows_have_other_ids(one: list[Any], other: list[Any]) -> None:
    same = repr(one) == repr(other)
    assert (of(batch(one))[0] == of(batch(other))[0]) == same


def test_layouts_of_the_same_rows_are_the_same() -> None:
    texts = ["a", None, "ä", "a", ""]
    plain = pa.array(texts)
    for same in (plain.dictionary_encode(), plain.cast(pa.large_string())):
        schema = pa.schema([("s", same.type)])
        assert of(pa.record_batch([same], schema=schema), schema=schema) == of(
            pa.record_batch([plain], ["s"]), schema=pa.schema([("s", pa.string())])
        )


def test_what_hides_under_a_null_does_not_count() -> None:
    schema = pa.schema([("n", pa.int64())])
    mask = np.array([False, True])
    one = pa.array(np.array([1, 2]), mask=mask)
    other = pa.array(np.array([1, 3]), mask=mask)
    ids = [of(pa.record_batch([each], schema=schema), schema=schema) for each in (one, other)]
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([b"x", None, b""], pa.binary()),
        ([Decimal("1.50"), None], pa.decimal128(10, 2)),
        ([1, None], pa.date32()),
        ([1, None], pa.time64("us")),
        ([1, None], pa.timestamp("us")),
        ([1, None], pa.timestamp("us", "UTC")),
    ],
)
def test_every_type_of_a_version_has_a_digest(values: list[Any], kind: pa.DataType) -> None:
    schema = pa.schema([("x", kind)])
    array = pa.array(values, kind)
    first = of(pa.record_batch([array], schema=schema), schema=schema)
    second = of(pa.record_batch([array.slice(1)], schema=schema), schema=schema)
    assert first != second
    assert of(pa.record_batch([array], schema=schema), schema=schema) == first


def test_names_types_key_and_order_count() -> None:
    rows = [(1, "a", 0.5, True), (2, "b", 0.5, True)]
    wanted = of(batch(rows))[0]
    renamed = pa.schema([("m", pa.int64()), *list(SCHEMA)[1:]])
    assert of(batch(rows, renamed), schema=renamed)[0] != wanted
    assert of(batch(rows[::-1]))[0] != wanted
    assert of(batch(rows), key=b"x" * 32)[0] != wanted
    assert of(batch([]))[0] != of(batch([]), key=b"x" * 32)[0]
    assert len(wanted) == 64
