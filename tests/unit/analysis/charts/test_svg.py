"""A drawing is well formed, safe and the same every time, whatever the chart holds."""

import math
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morello.analysis.charts import svg
from morello.analysis.charts.chart import Axis, Chart, Kind, Mark, Scale, Series
from morello.kernel.messages import Message

ChartOf = Callable[..., Chart]
Read = Callable[[str], list[Any]]

ELEMENTS = {
    "svg", "title", "desc", "style", "g", "line", "path", "rect", "circle", "polygon", "text"
}  # fmt: skip
ATTRIBUTES = {
    "xmlns", "viewbox", "class", "lang", "role", "aria-label",
    "x", "y", "x1", "x2", "y1", "y2", "cx",
    "cy", "r", "rx", "d", "points", "width", "height", "fill-opacity", "text-anchor",
    "transform", "stroke-dasharray", "stroke-width",
}  # fmt: skip
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")


def check(drawing: str, read: Read) -> None:
    """Nothing but ours: known elements and attributes, finite numbers, XML as well as HTML."""
    nodes = read(drawing)
    assert {node.tag for node in nodes} <= ELEMENTS
    assert {name for node in nodes for name in node.attributes} <= ATTRIBUTES
    for node in nodes:
        for name in ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "width", "height", "d"):
            value = node.attributes.get(name) or ""
            assert "nan" not in value, (node.tag, name)
            assert "inf" not in value, (node.tag, name)
    ElementTree.fromstring(drawing)  # noqa: S314 - our own drawing


def test_every_kind_draws_any_values(
    kind: Kind, values: list[float], chart_of: ChartOf, read_markup: Read
) -> None:
    for width in (svg.WIDE, svg.NARROW):
        check(svg.draw(chart_of(kind, values), "en", width=width), read_markup)


@pytest.mark.parametrize("scale", ["linear", "log", "time"])
@pytest.mark.parametrize("drawn", ["line", "scatter", "histogram", "bar"])
def test_every_scale_draws_any_values(
    drawn: Kind, scale: Scale, values: list[float], chart_of: ChartOf, read_markup: Read
) -> None:
    chart = chart_of(drawn, values[:200], scale=scale)
    y = chart.y.model_copy(update={"scale": "log" if scale == "log" else "linear"})
    x = chart.x.model_copy(update={"scale": scale})
    check(svg.draw(chart.model_copy(update={"x": x, "y": y}), "ko"), read_markup)


def test_hostile_names_stay_text(
    kind: Kind, hostile: str, chart_of: ChartOf, read_markup: Read
) -> None:
    drawing = svg.draw(chart_of(kind, [1.0, 2.0, 3.0, 4.0, 5.0], name=hostile), "en")
    check(drawing, read_markup)
    drawing.encode()  # half a surrogate pair would fail


def test_a_long_name_is_cut_and_whole_in_its_title(read_markup: Read) -> None:
    name = "Gesundheitswesen " * 30
    series = Series(x=[name], y=[1.0])
    axis = Axis(scale="category")
    chart = Chart(kind="bar", title=Message(id="t"), x=axis, y=Axis(), series=[series])
    nodes = read_markup(svg.draw(chart, "en"))
    shown = next(node for node in nodes if node.tag == "text" and "Gesund" in node.text)
    assert len(shown.text) < 60
    assert any(node.tag == "title" and node.text == name[:1000] for node in nodes)


def test_it_can_be_heard(kind: Kind, chart_of: ChartOf, read_markup: Read) -> None:
    nodes = read_markup(svg.draw(chart_of(kind, [1.0, 2.0, 3.0, 4.0, 1234.0]), "en"))
    root = nodes[0]
    assert root.attributes["role"] == "img"
    assert "1,234" in (root.attributes["aria-label"] or "")
    assert [node.tag for node in nodes[1:3]] == ["title", "desc"]
    assert "1,234" in nodes[2].text


def test_the_same_chart_is_the_same_drawing(kind: Kind, chart_of: ChartOf) -> None:
    chart = chart_of(kind, [1.0, 5.0, 2.0, 4.0, 3.0])
    again = Chart.model_validate_json(chart.model_dump_json())
    assert svg.draw(chart, "en") == svg.draw(again, "en")


def test_nothing_to_show_says_so(kind: Kind, chart_of: ChartOf) -> None:
    assert "There are no values to show." in svg.draw(chart_of(kind, []), "en")
    assert "표시할 값이 없습니다." in svg.draw(chart_of(kind, [math.nan] * 5), "ko")


def test_colour_is_never_alone(read_markup: Read) -> None:
    lines = [
        Series(name="a", x=[1, 2], y=[1, 2]),
        Series(name="b", x=[1, 2], y=[2, 1]),
    ]
    chart = Chart(kind="line", title=Message(id="t"), x=Axis(), y=Axis(), series=lines)
    drawn = [
        n for n in read_markup(svg.draw(chart, "en")) if "line" in (n.attributes.get("class") or "")
    ]
    dashes = [n.attributes.get("stroke-dasharray") for n in drawn if n.tag == "path"]
    assert len(set(dashes)) == 2
    bars = chart.model_copy(
        update={
            "kind": "bar",
            "x": Axis(scale="category"),
            "series": [
                Series(x=["a", "b"], y=[1, None]),
                Series(x=["b"], y=[2], role="highlight"),
            ],
        }
    )
    assert "◆ b" in svg.draw(bars, "en")


def test_labels_of_marks_do_not_cover_each_other(read_markup: Read) -> None:
    points = [Mark(x=5.0, y=5.0 + index / 100, label=f"outlier {index}") for index in range(20)]
    series = Series(x=[0.0, 10.0], y=[0.0, 10.0])
    chart = Chart(
        kind="scatter", title=Message(id="t"), x=Axis(), y=Axis(), series=[series], marks=points
    )
    nodes = read_markup(svg.draw(chart, "en"))
    labels = [n for n in nodes if n.tag == "text" and n.text.startswith("outlier")]
    assert 1 <= len(labels) < 6
    assert len([n for n in nodes if n.tag == "circle"]) == 20


def test_thousands_of_points_stay_small(chart_of: ChartOf) -> None:
    many = [math.sin(index / 50) * index for index in range(5000)]
    for kind, bytes_max in (("line", 40_000), ("scatter", 110_000)):
        assert len(svg.draw(chart_of(kind, many), "en").encode()) < bytes_max


@given(
    st.lists(st.floats(), max_size=40),
    st.lists(st.text(max_size=20), min_size=1, max_size=3),
    st.sampled_from(["linear", "log", "time"]),
)
@settings(max_examples=60, deadline=None)
def test_any_numbers_and_names(ys: list[float], names: list[str], scale: Scale) -> None:
    series = [Series(name=name, x=[float(i) for i in range(len(ys))], y=ys) for name in names]
    x, y = Axis(title=names[0], scale=scale), Axis(scale="log" if scale == "log" else "linear")
    kinds: tuple[Kind, ...] = ("line", "scatter", "bar")
    for kind in kinds:
        chart = Chart(kind=kind, title=Message(id=names[0]), x=x, y=y, series=series)
        ElementTree.fromstring(svg.draw(chart, "en"))  # noqa: S314 - our own drawing
