"""Strange tables give a sensible profile that is JSON, never a traceback or a wrong number."""

import datetime
import math
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from morello.analysis.methods.profile import ColumnProfile, Profile
from morello.analysis.methods.summaries.encoding import from_bytes, to_bytes
from morello.analysis.methods.summaries.profiling import profile
from morello.analysis.methods.summaries.table import merge, summarize

SCRIPTS = {
    "Latin": "Größe élan",
    "Greek": "Αθήνα",
    "Cyrillic": "Москва",
    "Arabic": "القاهرة",
    "Hebrew": "ירושלים",
    "Devanagari": "दिल्ली",
    "Thai": "กรุงเทพ",
    "Hangul": "서울특별시",
    "Han": "北京市",
    "Kana": "ひらがなカタカナ",
    "Georgian": "თბილისი",
    "Ethiopic": "አዲስ አበባ",
}


def of(batch: pa.RecordBatch) -> Profile:
    """Profile a batch in two halves, through bytes, and as JSON: what any answer goes through."""
    half = batch.num_rows // 2
    merged = merge(summarize(batch.slice(half)), summarize(batch.slice(0, half)))
    found = from_bytes(to_bytes(merged)).profile()
    return Profile.model_validate_json(found.model_dump_json())


def one(array: pa.Array) -> ColumnProfile:
    return of(pa.RecordBatch.from_arrays([array], ["it"])).columns[0]


@pytest.mark.parametrize(
    "type_",
    [
        pa.null(),
        pa.int64(),
        pa.float64(),
        pa.string(),
        pa.bool_(),
        pa.date32(),
        pa.list_(pa.int8()),
    ],
    ids=str,
)
def test_nothing_but_nulls(type_: pa.DataType) -> None:
    column = one(pa.nulls(1000, type_))
    assert (column.kind, column.rows, column.nulls, column.distinct) == ("empty", 1000, 1000, 0)
    assert (column.minimum, column.mean, column.quantiles, column.top) == (None, None, {}, [])


def test_one_row_and_no_column() -> None:
    column = one(pa.array([7.5]))
    assert (column.mean, column.deviation, column.skewness, column.outliers) == (
        7.5,
        None,
        None,
        None,
    )
    assert set(column.quantiles.values()) == {7.5}
    nothing = of(pa.RecordBatch.from_arrays([], names=[]))
    assert (nothing.rows, nothing.columns) == (0, [])


def test_infinities_and_no_numbers_never_reach_a_sum() -> None:
    values = [math.inf, -math.inf, math.nan, 1.7e308, -1.7e308, 5e-324, -0.0, 0.0]
    column = one(pa.array(values * 9))
    assert (column.infinities, column.not_numbers, column.zeros) == (18, 9, 18)
    assert (column.minimum, column.maximum) == (-1.7e308, 1.7e308)
    assert column.mean is not None
    assert math.isfinite(column.mean)
    assert {each.value for each in column.top} == {1.7e308, -1.7e308, 5e-324, 0.0}


def test_the_ends_of_whole_numbers() -> None:
    column = one(pa.array([-(2**63), 2**63 - 1, None]))
    assert (column.minimum, column.maximum, column.distinct) == (-(2**63), 2**63 - 1, 2)
    column = one(pa.array([2**64 - 1, 0], pa.uint64()))
    assert (column.maximum, column.zeros) == (2**64 - 1, 1)
    column = one(pa.array([-(2**63)] * 9 + [-(2**63) + 1] * 9))  # a span that would overflow
    assert [top.count for top in column.top] == [9, 9]


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Seoul"])
def test_times_from_the_first_year_to_the_last(zone: str | None) -> None:
    ends = [datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59)]  # noqa: DTZ001 - without a zone on purpose
    column = one(pa.array(ends, pa.timestamp("us")).cast(pa.timestamp("us", zone)))
    assert str(column.minimum).startswith("0001-01-01T00:00:00")
    assert str(column.maximum).startswith("9999-12-31T23:59:59")
    assert column.histogram is not None
    assert sum(column.histogram.counts) == 2
    days = one(pa.array([each.date() for each in ends]))
    assert (days.minimum, days.maximum) == ("0001-01-01", "9999-12-31")


def test_text_in_twelve_scripts_keeps_its_characters() -> None:
    column = one(pa.array(list(SCRIPTS.values()) * 50))
    assert {str(top.value) for top in column.top} <= set(SCRIPTS.values())
    assert column.distinct == len(SCRIPTS)
    lengths = [len(each) for each in SCRIPTS.values()]
    assert (column.length_minimum, column.length_maximum) == (min(lengths), max(lengths))
    assert (column.minimum, column.maximum) == (
        min(SCRIPTS.values(), key=str.encode),
        max(SCRIPTS.values(), key=str.encode),
    )
    assert sum(each.count for each in column.patterns) == column.pattern_rows


def test_text_that_is_none() -> None:
    odd = ["", " ", "\0", "\N{RIGHT-TO-LEFT OVERRIDE}abc", "\N{WOMAN}\N{ZERO WIDTH JOINER}", "a\n"]
    column = one(pa.array(odd * 3))
    assert (column.distinct, column.length_minimum) == (6, 0)
    broken = one(pa.array([b"\xff\xfe", b"\xc3("]).view(pa.string()))
    assert broken.distinct == 2


def test_lists_in_lists_in_structs() -> None:
    type_ = pa.struct([("a", pa.list_(pa.list_(pa.struct([("b", pa.int8())]))))])
    assert one(pa.array([{"a": [[{"b": 1}], []]}, None, {"a": None}], type_)).kind == "nested"
    lists = one(pa.array([[[1, 2], []], [], None] * 4, pa.list_(pa.list_(pa.int8()))))
    assert (lists.length_minimum, lists.length_maximum, lists.nulls) == (0, 2, 4)


@pytest.mark.prove
def test_a_hundred_megabytes_in_one_cell() -> None:
    column = profile([pa.RecordBatch.from_pydict({"big": ["한" * 34_000_000, "y", None]})]).columns[
        0
    ]
    assert column.length_maximum == 34_000_000
    assert len(str(column.maximum)) == 200
    assert len(column.model_dump_json()) < 10_000


@pytest.mark.prove
def test_ten_million_different_texts() -> None:
    rows, step = 10_000_000, 1 << 17

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, rows, step):
            stop = min(start + step, rows)
            texts = np.strings.add("key ", np.arange(start, stop).astype(str))
            yield pa.RecordBatch.from_pydict({"t": texts})

    column = profile(batches()).columns[0]
    assert (column.rows, column.nulls, column.top) == (rows, 0, [])
    assert abs(column.distinct / rows - 1) < 4 * column.distinct_error
    assert (column.minimum, column.maximum) == ("key 0", "key 9999999")
