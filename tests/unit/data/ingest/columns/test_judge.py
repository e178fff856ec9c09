"""What a column is taken for, from its values."""

import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morello.data.ingest.columns.judge import NUMBER_KINDS, Raw, judge


def taken(values: list[str | None]) -> tuple[str, list[Any]]:
    raw = Raw(pa.array(values, pa.string()))
    verdict = judge(raw.survivors())
    assert judge(raw.first_survivor(None)) == verdict, "the short way comes to the same"
    found = raw.values(verdict.kind)
    assert found is not None
    return verdict.kind.name, found.to_pylist()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-2", None], "integer"),
        (["1", " 2", "NA"], "integer"),
        (["0", "9223372036854775807"], "integer"),
        (["1", "9223372036854775808"], "big integer"),
        (["1" * 39], "text"),
        (["1.5", "2"], "float"),
        (["1e5", "2"], "float"),
        (["1.5", "-inf"], "float"),
        ([".5", "+1"], "float"),
        (["1e999"], "text"),
        (["9007199254740993.5"], "text"),
        (["9007199254740993", "0.5"], "text"),
        (["007", "8"], "text"),
        (["00.5"], "text"),
        (["-01"], "text"),
        (["0x1F"], "text"),
        (["-0"], "float"),
        (["01012345678"], "text"),
        (["1", "x"], "text"),
        (["1_000"], "text"),
        (["true", "FALSE", None], "boolean"),
        (["yes", "no"], "text"),
        (["1,234", "5"], "text"),  # by commas in the thousands, or by a decimal comma
        (["1,234,567", "5"], "grouped number"),
        (["1,234.5", "12"], "grouped number"),
        (["1234,5", "12"], "decimal comma"),
        (["1,234", "12345"], "text"),
        (["12%", "3.5 %"], "percent"),
        (["12%", "3.5"], "text"),
        (["$1,200.50", "-$3"], "currency $"),
        (["₩1200", "₩5"], "currency ₩"),
        (["1,200원", "300 원"], "currency 원"),
        (["$1", "€2"], "text"),
        (["2026-01-31", None], "date"),
        (["2026-02-30"], "text"),
        (["2026-01-31", "2026-01-31 10:00"], "timestamp"),
        (["2026-01-31T10:00:00.123456"], "timestamp"),
        (["2026-01-31T10:00:00.1234567"], "text"),
        (["2026-01-31 10"], "text"),
        (["2026-01-31T10:00:00Z", "2026-01-31T10:00:00+09:00"], "zoned timestamp"),
        (["2026-01-31T10:00:00Z", "2026-01-31T10:00:00"], "text"),
        (["2026/1/5", "2026/12/31"], "year/month/day"),
        (["2026. 1. 5.", "2026.12.31"], "year/month/day"),
        (["31/01/2026", "01/02/2026"], "day/month/year"),
        (["01/31/2026", "01/02/2026"], "month/day/year"),
        (["01/02/2026"], "text"),
        (["31/01/2026 9:05", "01/02/2026"], "day/month/year time"),
        (["31/01/2026", "01/31/2026"], "text"),
        (["31/02/2026"], "text"),
        (["20260131"], "integer"),
        (["NA", "null"], "text"),
        ([None], "text"),
        ([], "text"),
    ],
)
def test_a_column_is_what_all_its_values_are(values: list[str | None], kind: str) -> None:
    assert taken(values)[0] == kind


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (["1", " 2", "NA", None], [1, 2, None, None]),
        (["18446744073709551616"], [Decimal(2**64)]),
        (["1,234,567.5"], [1234567.5]),
        (["-1234,5"], [-1234.5]),
        (["12.5%"], [12.5]),
        (["-$1,200.50"], [-1200.5]),
        (["2026. 1. 5."], [datetime.date(2026, 1, 5)]),
        (["13/02/2026 9:05"], [datetime.datetime(2026, 2, 13, 9, 5)]),  # noqa: DTZ001 - it has no zone
        (["NA", "null"], ["NA", "null"]),
    ],
)
def test_values_are_kept_without_loss(values: list[str | None], wanted: list[Any]) -> None:
    assert taken(values)[1] == wanted


def test_two_readings_are_named() -> None:
    verdict = judge(Raw(pa.array(["01/02/2026"])).survivors())
    assert verdict.rivals == ("day/month/year", "month/day/year")
    assert verdict.is_open


def test_text_of_json_is_no_number() -> None:
    raw = Raw(pa.array(["1"]), frozenset({"date"}))
    assert judge(raw.survivors()).kind.name == "text"
    assert judge(Raw(pa.array(["1"]), NUMBER_KINDS).survivors()).kind.name == "integer"


@settings(deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_integers_come_back(numbers: list[int]) -> None:
    assert taken([str(number) for number in numbers]) == ("integer", numbers)


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=False, min_value=-1e15, max_value=1e15), min_size=1))
def test_floats_come_back(numbers: list[float]) -> None:
    kind, found = taken([repr(number) for number in numbers])
    assert kind == "float"
    assert found == numbers


@settings(deadline=None)
@given(st.lists(st.text(min_size=1), min_size=1))
def test_any_text_is_something(texts: list[str]) -> None:
    kind, found = taken(list(texts))
    assert len(found) == len(texts)
    if kind == "text":
        assert found == texts


@settings(max_examples=40, deadline=None)
@given(st.lists(st.dates(min_value=datetime.date(1000, 1, 1)), min_size=1))
def test_dates_come_back_from_any_order(days: list[datetime.date]) -> None:
    for pattern in ("%Y-%m-%d", "%Y/%m/%d"):
        assert taken([day.strftime(pattern) for day in days])[1] == days
    kind, found = taken([day.strftime("%d.%m.%Y") for day in days])
    assert found == days if kind == "day/month/year" else all(day.day <= 12 for day in days)
