from morello.analysis.charts import svg
from morello.analysis.charts.chart import Axis, Chart, Series
from morello.analysis.charts.kinds.multiples import PANELS_MAX
from morello.kernel.messages import Message


def test_each_series_has_a_panel_and_the_rest_is_counted() -> None:
    names = [f"branch {place}" for place in range(PANELS_MAX + 3)]
    chart = Chart(
        kind="multiples",
        title=Message(id="t"),
        x=Axis(scale="time"),
        y=Axis(title="average"),
        series=[Series(name=each, x=["2026-01-01", "2026-02-01"], y=[1.0, 2.0]) for each in names],
    )
    drawing = svg.draw(chart, "en")
    assert drawing.count('class="line') == PANELS_MAX
    assert f">{names[0]}<" in drawing
    assert "and 3 more" in drawing
