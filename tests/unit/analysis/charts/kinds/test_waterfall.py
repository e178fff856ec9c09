"""A waterfall adds up, and its labels say what each step adds."""

import pytest
from pydantic import ValidationError

from morello.analysis.charts import svg
from morello.analysis.charts.chart import Axis, Chart, Series
from morello.kernel.messages import Message


def waterfall(start: float, steps: list[float], end: float) -> Chart:
    names = ["before", *(f"step {place}" for place in range(len(steps))), "after"]
    return Chart(
        kind="waterfall",
        title=Message(id="t"),
        x=Axis(scale="category"),
        y=Axis(title="revenue"),
        series=[
            Series(x=[*names], y=[None, *steps, None]),
            Series(x=["before", "after"], y=[start, end], role="reference"),
        ],
    )


def test_steps_are_told_with_their_sign_and_totals_as_they_are() -> None:
    drawing = svg.draw(waterfall(100.0, [-30.0, 10.0], 80.0), "en")
    assert all(f">{text}<" in drawing for text in ("100", "-30", "+10", "80"))


def test_what_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValidationError, match="add up"):
        waterfall(100.0, [-30.0, 10.0], 90.0)
    waterfall(100.0, [-30.0, 10.0], 80.3)  # rounding


def test_totals_far_from_zero_are_no_bars_that_begin_nowhere() -> None:
    """A bar begins at zero: where there is no zero, a total is only marked."""
    near, far = waterfall(10.0, [5.0], 15.0), waterfall(1_000.0, [5.0], 1_005.0)
    wide = [
        max(float(each.split('"')[0]) for each in svg.draw(chart, "en").split('width="')[1:4])
        for chart in (near, far)
    ]
    assert wide[0] > 100
    assert 'width="5"' in svg.draw(far, "en")
