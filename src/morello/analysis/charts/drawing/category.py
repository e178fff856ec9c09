"""Categories of an axis: their order, their places and their labels."""

from morello.analysis.charts.chart import MONTH, WEEKDAY, Chart, Position
from morello.analysis.charts.drawing.label import time_label, value_label
from morello.analysis.charts.drawing.scale import number_of
from morello.kernel.messages import Message, render


def places(chart: Chart) -> dict[str, float]:
    """Return the place 0, 1, 2 … of each category along x, in the order they first appear.

    Empty unless x is a category axis.
    """
    return order(chart) if chart.x.scale == "category" else {}


def order(chart: Chart) -> dict[str, float]:
    """Return the place of every x of every series as a category.

    Names that are numbers stand in their order; bars of several series that share one lane stand
    largest first; else categories stand as they first appear, in a story from before to after
    always.
    """
    found = dict.fromkeys(str(position) for series in chart.series for position in series.x)
    names = list(found)
    numbers = {name: number_of(name, "linear") for name in names}
    if chart.kind in ("waterfall", "slope"):  # a story has its own order
        pass
    elif None not in numbers.values():
        names.sort(key=lambda name: numbers[name] or 0.0)
    elif chart.kind == "bar" and len(chart.series) > 1 and not any(lanes(chart)):
        heights = {
            str(x): y
            for series in chart.series
            for x, y in zip(series.x, series.y, strict=True)
            if y is not None
        }
        names.sort(key=lambda name: -heights.get(name, 0.0))
    return {name: float(place) for place, name in enumerate(names)}


def name_of(position: Position, chart: Chart, language: str) -> str:
    """Return how a position along x is written."""
    if chart.x.unit in (WEEKDAY, MONTH):
        return render(Message(id=f"chart.{chart.x.unit}.{position}"), language)
    number = number_of(position, chart.x.scale) if chart.x.scale != "category" else None
    if number is None:
        return str(position)
    return time_label(number) if chart.x.scale == "time" else value_label(number, language)


def lanes(chart: Chart) -> list[int]:
    """Tell which lane of a category each series takes; one is enough when they never meet."""
    seen: set[str] = set()
    for series in chart.series:
        filled = {str(x) for x, y in zip(series.x, series.y, strict=True) if y is not None}
        if seen & filled:
            return list(range(len(chart.series)))
        seen |= filled
    return [0] * len(chart.series)
