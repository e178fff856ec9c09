from morello.analysis.charts import svg
from morello.analysis.charts.chart import SHARE, Axis, Chart, Series
from morello.kernel.messages import Message


def test_both_ends_are_numbered_and_named() -> None:
    chart = Chart(
        kind="slope",
        title=Message(id="t"),
        x=Axis(scale="category"),
        y=Axis(unit=SHARE),
        series=[
            Series(name="Harbour", x=["2025", "2024"], y=[0.3, 0.2], role="highlight"),
            Series(name="Park", x=["2025", "2024"], y=[0.0, None]),
        ],
    )
    drawing = svg.draw(chart, "de")
    assert drawing.index(">2025<") < drawing.index(">2024<")  # as given, not sorted
    assert all(text in drawing for text in (">30<", ">20  Harbour<", ">0<"))
    assert ">  Park<" not in drawing
