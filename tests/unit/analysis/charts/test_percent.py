"""Shares are drawn in percent."""

from morello.analysis.charts.chart import SHARE, Axis, Chart, Mark, Series
from morello.analysis.charts.percent import in_percent
from morello.kernel.messages import Message


def test_shares_become_percent_and_nothing_else_changes() -> None:
    series = Series(x=[1.0, 2.0], y=[0.25, None], lower=[0.2, None], upper=[0.3, None])
    chart = Chart(
        kind="line",
        title=Message(id="t"),
        x=Axis(),
        y=Axis(unit=SHARE),
        series=[series],
        marks=[Mark(y=0.5, label="half"), Mark(x=1.0, label="there")],
    )
    drawn = in_percent(chart)
    assert drawn.y.unit == "%"
    assert drawn.series[0].y == [25.0, None]
    assert drawn.series[0].lower == [20.0, None]
    assert [each.y for each in drawn.marks] == [50.0, None]
    other = chart.model_copy(update={"y": Axis()})
    assert in_percent(other) is other
