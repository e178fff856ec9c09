import datetime
import decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.summaries.table import merge, summarize


def one(array: pa.Array, name: str = "c") -> ColumnProfile:
    batch = pa.RecordBatch.from_arrays([array], [name])
    summary = merge(summarize(batch.slice(0, 0)), summarize(batch))
    profile = summary.profile()
    profile.model_dump_json()
    return profile.columns[0]


D = decimal.Decimal
DAY = datetime.date(9999, 12, 31)
TIME = datetime.time(1, 2, 3)
NUMBERS = [
    pa.int8(),
    pa.int16(),
    pa.int32(),
    pa.int64(),
    pa.uint8(),
    pa.uint16(),
    pa.uint32(),
    pa.uint64(),
    pa.float16(),
    pa.float32(),
    pa.float64(),
    pa.decimal32(5, 1),
    pa.decimal64(9, 1),
    pa.decimal128(20, 1),
    pa.decimal256(50, 1),
]


@pytest.mark.parametrize("type_", NUMBERS, ids=str)
def test_every_type_of_number(type_: pa.DataType) -> None:
    values: list[Any] = [D(2), D(5), None] if pa.types.is_decimal(type_) else [2, 5, None]
    if pa.types.is_float16(type_):
        values = [np.float16(2), np.float16(5), None]
    for array in (pa.array(values, type_), pa.array([None, *values, 9], type_)[1:4]):
        column = one(array)
        assert (column.kind, column.nulls, column.distinct) == ("number", 1, 2)
        assert (column.minimum, column.maximum, column.mean) == (2, 5, 3.5)


@pytest.mark.parametrize(
    ("array", "kind", "least"),
    [
        (pa.array([DAY]), "time", "9999-12-31"),
        (pa.array([DAY], pa.date64()), "time", "9999-12-31"),
        (pa.array([TIME], pa.time32("s")), "time", "01:02:03"),
        (pa.array([TIME], pa.time64("us")), "time", "01:02:03.000000"),
        (pa.array([2**62], pa.timestamp("s")), "time", "146138514283-06-19T07:45:04"),
        (pa.array([0], pa.timestamp("ms", "Asia/Seoul")), "time", "1970-01-01T00:00:00.000Z"),
        (pa.array([1500], pa.duration("ms")), "number", 1.5),
        (pa.array(["x"], pa.large_string()), "text", "x"),
        (pa.array(["x"], pa.string_view()), "text", "x"),
        (pa.array([b"\x00\xff"]), "text", "00ff"),
        (pa.array([b"ab"], pa.binary(2)), "text", "6162"),
        (pa.array([b"ab"], pa.binary_view()), "text", "6162"),
        (pa.array([b"\xff"]).view(pa.string()), "text", "\N{REPLACEMENT CHARACTER}"),
        (pa.array(["x", "x"]).dictionary_encode(), "category", "x"),
        (pa.array([7, 7]).dictionary_encode(), "number", 7),
        (pc.run_end_encode(pa.array([7, 7])), "number", 7),
        (pa.array([[1]], pa.list_view(pa.int8())), "nested", None),
        (pa.array([[1]], pa.list_(pa.int8(), 1)), "nested", None),
        (pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int8())), "nested", None),
        (pa.array([{"a": 1}]), "nested", None),
        (pa.array([(1, 2, 3)], pa.month_day_nano_interval()), "nested", None),
        (pa.array([None, None]), "empty", None),
        (pa.array([None, None], pa.int8()), "empty", None),
        (pa.array([True]), "boolean", True),
    ],
    ids=lambda each: str(getattr(each, "type", each)),
)
def test_every_other_type(array: pa.Array, kind: str, least: Any) -> None:
    column = one(array)
    assert (column.kind, column.minimum) == (kind, least)


def test_dictionaries_may_hold_nulls_repeats_and_values_that_no_row_has() -> None:
    texts = pa.array(["a", None, "a", "unused"])
    column = one(pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None]), texts))
    assert (column.nulls, column.distinct, column.maximum) == (2, 1, "a")
    repeats = pa.DictionaryArray.from_arrays(pa.array([0, 1, 1]), pa.array(["a", "a", "b"]))
    assert [(top.value, top.count) for top in one(repeats).top] == [("a", 3)]
