"""Features: columns as numbers, the unseen and the absent told apart."""

import datetime
import decimal

import numpy as np
import pyarrow as pa

from morello.analysis.models.algorithms.feature import Feature, parts_of, values_of


def read(feature: Feature, column: pa.Array) -> list[float | None]:
    return [None if np.isnan(each) else float(each) for each in feature.of(column)]


def test_a_value_never_seen_is_another_than_an_absent_one() -> None:
    feature = Feature(column="c", part="category", values=("b", "a"))
    column = pa.array(["a", "b", "new", None])
    assert read(feature, column) == [1, 0, 2, None]
    assert read(feature, column.dictionary_encode()) == [1, 0, 2, None]
    assert read(Feature(column="c", part="category", values=("7",)), pa.array([7, 8, None])) == [
        0,
        1,
        None,
    ]


def test_numbers_of_every_kind_are_read_and_what_is_no_number_is_absent() -> None:
    feature = Feature(column="c", part="number")
    assert read(feature, pa.array([1.5, np.inf, -np.inf, np.nan, 1e300, None])) == [
        1.5,
        *[None] * 5,
    ]
    assert read(feature, pa.array([True, False, None])) == [1, 0, None]
    assert read(feature, pa.array([decimal.Decimal("2.50"), None])) == [2.5, None]
    assert read(feature, pa.array([datetime.time(0, 0, 1)], pa.time64("us"))) == [1e6]
    assert read(feature, pa.nulls(2, pa.float64())) == [None, None]


def test_the_parts_of_a_moment_repeat() -> None:
    column = pa.array(["2026-03-09 17:05:00", "9999-12-31", None]).cast(pa.timestamp("us"))
    assert parts_of(column.type) == ("month", "day", "weekday", "hour")
    assert parts_of(pa.date32()) == ("month", "day", "weekday")
    assert read(Feature(column="c", part="month"), column) == [3, 12, None]
    assert read(Feature(column="c", part="weekday"), column) == [0, 4, None]
    assert read(Feature(column="c", part="hour"), column) == [17, 0, None]


def test_values_are_the_most_frequent_and_ties_go_by_name() -> None:
    assert values_of(pa.array(["c", "b", "b", "a", None])) == ("b", "a", "c")
