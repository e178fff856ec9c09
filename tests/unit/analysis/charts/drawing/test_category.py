"""Categories stand where a reader looks for them."""

from morello.analysis.charts.chart import Axis, Chart, Series
from morello.analysis.charts.drawing.category import lanes, order
from morello.kernel.messages import Message


def bars(*series: Series) -> Chart:
    axis = Axis(scale="category")
    return Chart(kind="bar", title=Message(id="t"), x=axis, y=Axis(), series=list(series))


def test_names_keep_the_order_they_were_given_in() -> None:
    chart = bars(Series(x=["Mon", "Tue", "Wed"], y=[1, 3, 2]))
    assert list(order(chart)) == ["Mon", "Tue", "Wed"]


def test_numbers_are_sorted_though_one_is_highlighted() -> None:
    chart = bars(Series(x=["1", "2", "10"], y=[1, 3, 2]), Series(x=["3"], y=[9], role="highlight"))
    assert list(order(chart)) == ["1", "2", "3", "10"]


def test_a_highlighted_bar_stands_among_the_others_by_its_height() -> None:
    chart = bars(Series(x=["a", "b"], y=[5, 1]), Series(x=["c"], y=[3], role="highlight"))
    assert list(order(chart)) == ["a", "c", "b"]
    assert lanes(chart) == [0, 0]


def test_series_that_meet_get_a_lane_each() -> None:
    chart = bars(Series(x=["a", "b"], y=[1, 2]), Series(x=["b", "c"], y=[1, 2]))
    assert lanes(chart) == [0, 1]
    assert list(order(chart)) == ["a", "b", "c"]
