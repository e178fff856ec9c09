"""Sparklines survive what columns hold."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from morello.analysis.charts import sparkline


@pytest.mark.parametrize(
    ("edges", "counts"),
    [([], []), ([0, 1], [0]), ([0, 0], [3]), ([-1.7e308, 0, 1.7e308], [1, 2]), ([0, 1, 9], [3, 1])],
)
def test_any_histogram_is_drawn(
    edges: Sequence[float], counts: Sequence[int], read_markup: Callable[[str], list[Any]]
) -> None:
    drawing = sparkline.histogram(edges, counts, "what it is")
    assert read_markup(drawing)[0].attributes["aria-label"] == "what it is"
    assert "nan" not in drawing
    assert "inf" not in drawing


def test_shares_never_leave_the_picture(read_markup: Callable[[str], list[Any]]) -> None:
    nodes = read_markup(sparkline.shares([0.9, 0.9, -1, 0.1], "shares"))
    for node in nodes[1:]:
        right = float(node.attributes["x"]) + float(node.attributes["width"])
        assert right <= 120.6
