"""Pictures of differences: the same column before and after."""

import numpy as np

from morello.analysis.charts.chart import SHARE, Axis, Chart, Series
from morello.analysis.insights.words import plain, say
from morello.analysis.methods.quality.shift import Ladder

BARS_MAX = 12
BINS = 30


def ladders_chart(column: str, before: Ladder, after: Ladder, names: tuple[str, str]) -> Chart:
    """Draw the share of the rows in each of thirty steps of a number."""
    low = min(before.quantile(0.005), after.quantile(0.005))
    high = max(before.quantile(0.995), after.quantile(0.995))
    edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    middles = ((edges[:-1] + edges[1:]) / 2).tolist()
    return Chart(
        kind="line",
        title=say("chart.drift", column=column),
        x=Axis(title=column),
        y=Axis(title=say("axis.share"), unit=SHARE),
        series=[
            Series(
                name=name,
                x=[*middles],
                y=np.diff(each.upto(edges)).tolist(),
                role="muted" if name == names[0] else "highlight",
            )
            for each, name in zip((before, after), names, strict=True)
        ],
    )


def shares_chart(
    column: str, shares: dict[object, tuple[float, float]], names: tuple[str, str]
) -> Chart:
    """Draw the shares of the values that moved most."""
    moved = sorted(shares, key=lambda each: -abs(shares[each][1] - shares[each][0]))[:BARS_MAX]
    return Chart(
        kind="bar",
        title=say("chart.drift", column=column),
        x=Axis(title=column, scale="category"),
        y=Axis(title=say("axis.share"), unit=SHARE),
        series=[
            Series(
                name=name,
                x=[str(plain(each)) for each in moved],
                y=[shares[each][side] for each in moved],
                role="muted" if side == 0 else "highlight",
            )
            for side, name in enumerate(names)
        ],
    )
