"""A description says what a picture shows."""

from morello.analysis.charts.chart import Axis, Chart, Mark, Series
from morello.analysis.charts.description import describe
from morello.kernel.messages import Message


def line() -> Chart:
    return Chart(
        kind="line",
        title=Message(id="t"),
        x=Axis(title="month", scale="time"),
        y=Axis(title="amount", unit="USD"),
        series=[Series(name="Harbour", x=["2026-01", "2026-02", "2026-03"], y=[61.5, 62, 44])],
        marks=[Mark(x="2026-03-01", label="Change")],
    )


def test_a_line_in_english() -> None:
    assert describe(line(), "en") == (
        "Line chart of amount (USD) over month. Harbour: 3 values from 2026-01-01 to 2026-03-01; "
        "lowest 44 at 2026-03-01, highest 62 at 2026-02-01. Marked: Change."
    )


def test_a_line_in_korean() -> None:
    assert describe(line(), "ko").startswith("선그래프. 가로축: month, 값: amount (USD). Harbour: ")


def test_few_bars_are_all_said() -> None:
    bars = Chart(
        kind="bar",
        title=Message(id="t"),
        x=Axis(title="branch", scale="category"),
        y=Axis(title="orders"),
        series=[Series(x=["Market", "Station"], y=[5729, 5043])],
    )
    assert describe(bars, "en") == "Bar chart of orders by branch. Market 5,729, Station 5,043."


def test_a_box_names_its_numbers() -> None:
    box = Chart(
        kind="box",
        title=Message(id="t"),
        x=Axis(),
        y=Axis(title="wait"),
        series=[Series.box("Mon", [1, 2, 3, 4, 5])],
    )
    assert "Mon: low 1, lower quartile 2, median 3, upper quartile 4, high 5." in describe(
        box, "en"
    )
