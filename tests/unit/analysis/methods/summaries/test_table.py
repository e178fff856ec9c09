import datetime
import math
import pickle
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import scipy.stats
import sklearn.datasets
import statsmodels.api as sm
from hypothesis import given, settings

from morello.analysis.methods.profile import Profile
from morello.analysis.methods.summaries.table import TableSummary, merge, summarize
from morello.kernel.errors import InvalidInput

SCHEMA = pa.schema(
    {
        "whole": pa.int64(),
        "real": pa.float64(),
        "text": pa.string(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "many": pa.list_(pa.int8()),
        "nothing": pa.null(),
        "lat": pa.float64(),
        "lon": pa.float32(),
        "moment": pa.timestamp("us", "UTC"),
        "price": pa.decimal128(12, 2),
        "bytes": pa.binary(),
        "coded": pa.dictionary(pa.int8(), pa.string()),
        "pairs": pa.map_(pa.string(), pa.int8()),
        "took": pa.duration("ms"),
    }
)
SPAN = datetime.timedelta(-(10**4)), datetime.timedelta(10**4)
ROUNDED = {"mean", "deviation", "skewness", "kurtosis", "length_mean"}


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "whole": maybe(st.integers(-1000, 1000)),
            "real": maybe(st.floats(-1e6, 1e6, width=32) | st.sampled_from([math.inf, math.nan])),
            "text": maybe(st.text(max_size=12)),
            "flag": maybe(st.booleans()),
            "day": maybe(st.dates()),
            "many": maybe(st.lists(st.integers(0, 9), max_size=3)),
            "nothing": st.none(),
            "lat": maybe(st.floats(-90, 90)),
            "lon": maybe(st.floats(-180, 180, width=32)),
            "moment": maybe(st.datetimes(timezones=st.just(datetime.UTC))),
            "price": maybe(st.decimals(-(10**9), 10**9, places=2)),
            "bytes": maybe(st.binary(max_size=9)),
            "coded": maybe(st.sampled_from(["x", "y", "한글"])),
            "pairs": maybe(st.dictionaries(st.text(max_size=2), st.integers(0, 9), max_size=2)),
            "took": maybe(st.timedeltas(*SPAN)),
        }
    ),
    min_size=1,
    max_size=40,
)


def same(first: Profile, second: Profile) -> None:
    assert first.rows == second.rows
    for mine, theirs in zip(first.columns, second.columns, strict=True):
        assert mine.model_dump(exclude=ROUNDED) == theirs.model_dump(exclude=ROUNDED)
        for name in ("mean", "deviation", "length_mean"):
            left, right = getattr(mine, name), getattr(theirs, name)
            assert left == (right and pytest.approx(right, rel=1e-9, abs=1e-6))
    r = {(each.first, each.second): each for each in first.correlations}
    for each in second.correlations:
        if each.rows > 3 and (each.first, each.second) in r:
            mine_r = r[each.first, each.second]
            assert mine_r.rows == each.rows
            assert mine_r.r == pytest.approx(each.r, abs=1e-6)
    centre = {"centre_latitude", "centre_longitude"}
    for here, there in zip(first.places, second.places, strict=True):
        assert here.model_dump(exclude=centre) == there.model_dump(exclude=centre)


@settings(max_examples=10, deadline=None)
@given(rows=ROWS, data=st.data())
def test_any_split_and_order_of_batches_gives_the_same_profile(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=4)))
    parts = [rows[a:b] for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    parts = data.draw(st.permutations(parts))
    summaries = [summarize(pa.RecordBatch.from_pylist(part, SCHEMA)) for part in parts]
    while len(summaries) > 1:  # in any association, too
        at = data.draw(st.integers(0, len(summaries) - 2))
        summaries[at : at + 2] = [merge(summaries[at], summaries[at + 1])]
    whole = summarize(pa.RecordBatch.from_pylist(rows, SCHEMA))
    same(summaries[0].profile(), whole.profile())


def test_merging_leaves_both_as_they_were() -> None:
    first = summarize(pa.RecordBatch.from_pydict({"a": [1, 2]}))
    second = summarize(pa.RecordBatch.from_pydict({"a": [3]}))
    before = first.profile(), second.profile()
    assert merge(first, second).profile().columns[0].distinct == 3
    assert (first.profile(), second.profile()) == before


def test_summaries_of_other_columns_do_not_merge() -> None:
    first = summarize(pa.RecordBatch.from_pydict({"a": [1]}))
    with pytest.raises(InvalidInput, match="columns"):
        merge(first, summarize(pa.RecordBatch.from_pydict({"b": [1]})))
    with pytest.raises(InvalidInput):
        merge(first, summarize(pa.RecordBatch.from_pydict({"a": ["1"]})))


def test_a_summary_travels_between_processes() -> None:
    summary = summarize(pa.RecordBatch.from_pydict({"a": [1, 2], "b": ["x", None]}))
    assert pickle.loads(pickle.dumps(summary)).profile() == summary.profile()


def real_tables() -> dict[str, pd.DataFrame]:
    return {
        "wine": sklearn.datasets.load_wine(as_frame=True).frame,
        "cancer": sklearn.datasets.load_breast_cancer(as_frame=True).frame,
        "diabetes": sklearn.datasets.load_diabetes(as_frame=True).frame,
        "affairs": sm.datasets.fair.load_pandas().data,
        "co2": sm.datasets.co2.load_pandas().data,
        "macro": sm.datasets.macrodata.load_pandas().data,
        "stars": sm.datasets.star98.load_pandas().data,
    }


@pytest.mark.parametrize("name", ["wine", "cancer", "diabetes", "affairs", "co2", "macro", "stars"])
def test_numbers_agree_with_pandas_numpy_and_scipy(name: str) -> None:
    frame = real_tables()[name]
    table = pa.Table.from_pandas(frame, preserve_index=False)
    summary = TableSummary.empty(table.schema)
    for batch in table.to_batches(max_chunksize=97):
        summary.update(batch)
    profile = summary.profile()
    for column in profile.columns:
        values = frame[column.name].dropna().to_numpy(np.float64)
        assert column.rows - column.nulls == len(values)
        assert column.distinct == frame[column.name].nunique()
        assert (column.minimum, column.maximum) == (values.min(), values.max())
        assert column.mean == pytest.approx(values.mean(), rel=1e-12, abs=1e-15)
        assert column.deviation == pytest.approx(values.std(ddof=1), rel=1e-10)
        assert column.skewness == pytest.approx(scipy.stats.skew(values), rel=1e-8, abs=1e-10)
        assert column.kurtosis == pytest.approx(scipy.stats.kurtosis(values), rel=1e-8, abs=1e-10)
        allowed = column.quantile_rank_error
        for rank, value in column.quantiles.items():
            ends = np.clip([float(rank) - allowed, float(rank) + allowed], 0, 1)
            low, high = np.quantile(values, ends, method="inverted_cdf")
            assert low <= value <= high
        counts = frame[column.name].value_counts()
        for top in column.top:
            assert 0 <= counts[top.value] - top.count <= column.top_error
    expected = frame.corr()
    numbers = len(profile.columns)
    assert len(profile.correlations) == numbers * (numbers - 1) // 2
    for pair in profile.correlations:
        assert pair.r == pytest.approx(expected.loc[pair.first, pair.second], abs=1e-11)


def test_a_large_offset_costs_no_digits() -> None:
    values = 1e9 + np.tile([4.0, 7.0, 13.0, 16.0], 1000)
    batch = pa.RecordBatch.from_pydict({"a": values, "b": -values * 3})
    merged = merge(summarize(batch.slice(0, 1)), summarize(batch.slice(1)))
    profile = merged.profile()
    assert profile.columns[0].deviation == pytest.approx(np.std(values - 1e9, ddof=1), rel=1e-12)
    assert profile.correlations[0].r == pytest.approx(-1.0, abs=1e-12)


def test_constant_columns_have_no_spread_no_outliers_and_no_correlation() -> None:
    batch = pa.RecordBatch.from_pydict({"a": [0.1] * 7, "b": range(7)})
    profile = merge(summarize(batch), summarize(batch)).profile()
    column = profile.columns[0]
    assert (column.mean, column.deviation, column.skewness, column.outliers) == (0.1, 0, None, None)
    assert profile.correlations == []


def test_latitude_and_longitude_are_recognized_as_a_pair() -> None:
    names = ["shop_lat", "shop_lng", "lat", "위도", "경도", "flat", "home_lat", "home_lon"]
    values = [[1.5], [127.0], [2.0], [37.5], [127.1], [3.0], [91.0], [10.0]]
    profile = summarize(pa.RecordBatch.from_arrays([pa.array(v) for v in values], names)).profile()
    found = [column.name for column in profile.columns if column.kind == "geographic"]
    assert found == ["shop_lat", "shop_lng", "위도", "경도"]


def test_columns_may_share_a_name() -> None:
    batch = pa.RecordBatch.from_arrays([pa.array([1, 2]), pa.array([2, 4])], ["a", "a"])
    profile = summarize(batch).profile()
    assert [column.maximum for column in profile.columns] == [2, 4]
    assert profile.correlations[0].r == pytest.approx(1.0)


def test_correlations_use_the_rows_where_both_have_a_value() -> None:
    generator = np.random.default_rng(3)
    frame = pd.DataFrame(generator.standard_normal((500, 4)), columns=list("abcd"))
    frame.loc[generator.random(500) < 0.4, "a"] = np.nan
    frame.loc[generator.random(500) < 0.2, "b"] = np.inf
    frame.loc[:100, "c"] = np.nan  # the whole first batch
    table = pa.Table.from_pandas(frame, preserve_index=False)
    parts = [summarize(batch) for batch in table.to_batches(max_chunksize=50)]
    merged = parts[0]
    for part in reversed(parts[1:]):
        merged = merge(part, merged)
    finite = frame.replace(np.inf, np.nan)
    for pair in merged.profile().correlations:
        both = finite[[pair.first, pair.second]].dropna()
        assert pair.rows == len(both)
        assert pair.r == pytest.approx(both.corr().iloc[0, 1], abs=1e-12)
