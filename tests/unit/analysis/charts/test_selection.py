"""A reference leads to conditions, or to none where the chart does not say."""

from typing import Any

import pytest

from morello.analysis.charts.chart import Axis, Chart, Kind, Mark, Range, Series
from morello.analysis.charts.condition import Along, Behind, By, Condition
from morello.analysis.charts.selection import conditions_of
from morello.kernel.messages import Message

_ONLY = Condition(column="branch", values=["Harbour"])


def chart(kind: Kind, x: list[Any], by: By | None, **more: Any) -> Chart:
    heights = [1.0] * (len(x) - (kind == "histogram"))
    given: dict[str, Any] = {
        "behind": None if by is None else Behind(x=Along(column="c", by=by)),
        "series": [Series(x=x, y=heights)],
        **more,
    }
    return Chart(kind=kind, title=Message(id="t"), x=Axis(), y=Axis(), **given)


def between(low: Any, high: Any, how: Any = "between") -> Condition:
    return Condition(column="c", how=how, values=[low, high])


@pytest.mark.parametrize(
    ("kind", "x", "by", "reference", "expected"),
    [
        ("bar", ["a", "b"], "value", "s0p1", Condition(column="c", values=["b"])),
        ("line", ["2026-01-05"], "week", "s0p0", between("2026-01-05", "2026-01-12")),
        ("line", ["2026-12-01"], "month", "s0p0", between("2026-12-01", "2027-01-01")),
        ("line", ["2025-11"], "quarter", "s0p0", between("2025-11-01", "2026-02-01")),
        ("line", ["2026"], "year", "s0p0", between("2026-01-01", "2027-01-01")),
        ("line", ["9999-12-31"], "day", "s0p0", between("9999-12-31", None)),
        ("bar", ["5"], "weekday", "s0p0", Condition(column="c", how="weekday", values=[5])),
        ("histogram", [0.0, 1.0, 2.0], "bin", "s0p0", between(0.0, 1.0)),
        ("histogram", [0.0, 1.0, 2.0], "bin", "s0p1", between(1.0, 2.0, "within")),
    ],
)
def test_points(kind: Kind, x: list[Any], by: By, reference: str, expected: Condition) -> None:
    assert conditions_of(chart(kind, x, by), reference) == [expected]


def test_a_point_of_a_scatter_chart_is_both_its_values() -> None:
    behind = Behind(x=Along(column="c"), y=Along(column="d"))
    found = conditions_of(chart("scatter", [2.0], None, behind=behind), "s0p0")
    assert found == [Condition(column="c", values=[2.0]), Condition(column="d", values=[1.0])]


def test_what_holds_for_all_and_for_a_series_holds_for_its_points() -> None:
    series = [Series(x=["a"], y=[1.0], where=[_ONLY])]
    whole = Condition(column="day", how="present")
    behind = Behind(where=[whole], x=Along(column="c"))
    given = chart("bar", ["a"], None, series=series, behind=behind)
    assert conditions_of(given, "") == [whole]
    assert conditions_of(given, "s0") == [whole, _ONLY]
    assert conditions_of(given, "s0p0") == [whole, _ONLY, Condition(column="c", values=["a"])]


def test_marks_and_ranges() -> None:
    given = chart(
        "line",
        ["2026-01-01"],
        "day",
        marks=[
            Mark(x="2026-01-02", label="a"), Mark(y=1.0, label="b"),
            Mark(x="2026-01-02", label="c", where=[_ONLY]),
        ],
        ranges=[Range(start="2026-01-01", end="2026-02-01"), Range(label="all")],
    )  # fmt: skip
    assert conditions_of(given, "m0") == [between("2026-01-02", "2026-01-03")]
    assert conditions_of(given, "m1") == []
    assert conditions_of(given, "m2") == [_ONLY]
    assert conditions_of(given, "r0") == [between("2026-01-01", "2026-02-01")]
    assert conditions_of(given, "r1") == []


@pytest.mark.parametrize("reference", ["s1", "s0p9", "m0", "r0", "x", "s", "s0p0;", "S0"])
def test_a_part_that_is_not_there(reference: str) -> None:
    with pytest.raises(LookupError):
        conditions_of(chart("bar", ["a"], "value"), reference)


def test_a_chart_that_does_not_say_leads_to_the_findings_rows() -> None:
    assert conditions_of(chart("bar", ["a"], None), "s0p0") == []
