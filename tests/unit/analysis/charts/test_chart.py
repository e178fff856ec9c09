"""A chart refuses what cannot be drawn."""

import math

import pytest
from pydantic import ValidationError

from morello.analysis.charts.chart import (
    BOX_PARTS,
    POINTS_MAX,
    SERIES_MAX,
    Axis,
    Chart,
    Kind,
    Mark,
    Series,
)
from morello.kernel.messages import Message

TITLE = Message(id="chart.test")


def chart(kind: Kind, *series: Series) -> Chart:
    return Chart(kind=kind, title=TITLE, x=Axis(), y=Axis(), series=list(series))


def test_x_and_y_have_the_same_length() -> None:
    with pytest.raises(ValidationError, match="2 x and 1 y"):
        chart("line", Series(name="a", x=[1, 2], y=[1]))


def test_a_histogram_has_one_edge_more_than_counts() -> None:
    assert chart("histogram", Series(x=[0, 1, 2], y=[3, 4])).series[0].y == [3, 4]
    assert chart("histogram", Series(x=[], y=[])).series[0].x == []
    with pytest.raises(ValidationError, match="one edge more"):
        chart("histogram", Series(x=[0, 1], y=[3, 4]))


def test_a_box_is_five_numbers() -> None:
    box = Series.box("Mon", [1, 2, 3, 4, 5])
    assert tuple(chart("box", box).series[0].x) == BOX_PARTS
    with pytest.raises(ValidationError, match="a box has"):
        chart("box", Series(x=[1], y=[1]))


def test_what_is_not_finite_is_a_gap() -> None:
    series = Series(x=[1, 2, 3], y=[math.nan, math.inf, 3])
    assert series.y == [None, None, 3]


def test_intervals_come_in_pairs_of_the_right_length() -> None:
    with pytest.raises(ValidationError, match="come together"):
        Series(x=[1], y=[1], lower=[0])
    with pytest.raises(ValidationError, match="one bound for each"):
        Series(x=[1], y=[1], lower=[0], upper=[])


def test_a_mark_is_somewhere() -> None:
    with pytest.raises(ValidationError, match="needs x, y or both"):
        Mark(label="nowhere")
    with pytest.raises(ValidationError, match="needs x, y or both"):
        Mark(y=math.nan, label="nowhere")


def test_there_is_a_limit_to_points_and_series() -> None:
    many = [0.0] * (POINTS_MAX + 1)
    with pytest.raises(ValidationError, match=f"more than {POINTS_MAX} points"):
        chart("line", Series(x=list(many), y=list(many)))
    with pytest.raises(ValidationError, match="at most"):
        chart("line", *[Series(x=[], y=[])] * (SERIES_MAX + 1))


def test_a_chart_survives_json() -> None:
    before = chart("scatter", Series(name="a", x=["2026-01-01", "b"], y=[math.nan, 2]))
    assert Chart.model_validate_json(before.model_dump_json()) == before
