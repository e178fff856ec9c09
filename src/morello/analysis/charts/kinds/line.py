"""Lines: values along an ordered axis, with intervals, named at their right end."""

import math
from collections.abc import Iterator

from morello.analysis.charts.chart import Chart, Series
from morello.analysis.charts.chart import Scale as Kind
from morello.analysis.charts.drawing import mark
from morello.analysis.charts.drawing.category import places
from morello.analysis.charts.drawing.element import Safe, element, join, pixels
from morello.analysis.charts.drawing.frame import Drawing, Frame, Paper, upright
from morello.analysis.charts.drawing.lettering import letters, width
from morello.analysis.charts.drawing.look import Look, looks
from morello.analysis.charts.drawing.scale import Scale, number_of

_LABEL_MAX = 120.0
_LABEL_HEIGHT = 14.0
Point = tuple[float, float]


def draw(chart: Chart, paper: Paper) -> Drawing:
    """Draw a line chart."""
    categories = places(chart)
    xs = [positions(each, chart, categories) for each in chart.series]
    marked = [number_of(each.x, chart.x.scale) for each in chart.marks if each.x is not None]
    x = Scale.over([v for line in xs for v in line] + marked, kind_of(chart))
    y = Scale.over(heights_of(chart), chart.y.scale, pad=0.04)
    named = _named(chart)
    room = min(max((width(each.name) for each in named), default=0), _LABEL_MAX, paper.width / 4)
    ticks = [(place, name) for name, place in categories.items()] if categories else None
    frame, base = upright(chart, paper, x, y, x_ticks=ticks, right_room=room + 10)
    shapes, ends = list(base.shapes), []
    for (series, look), line in zip(looks(chart), xs, strict=True):
        points = points_of(line, series.y, frame)
        shapes += [band(series, line, look, frame), path(series, points, look)]
        known = [each for each in points if each is not None]
        if known and series in named:
            ends.append((known[-1][1], series.name, look))
    shapes += _end_labels(ends, frame, room)
    shapes += mark.draw(chart, frame, paper, categories)
    return Drawing(base.height, shapes)


def kind_of(chart: Chart) -> Kind:
    """Return how the scale along x runs; categories stand at 0, 1, 2 …"""
    return "linear" if chart.x.scale == "category" else chart.x.scale


def _named(chart: Chart) -> list[Series]:
    return [each for each in chart.series if each.name] if len(chart.series) > 1 else []


def positions(series: Series, chart: Chart, categories: dict[str, float]) -> list[float | None]:
    """Return where along x a series' values are; None where that cannot be read."""
    if categories:
        return [categories[str(each)] for each in series.x]
    return [number_of(each, chart.x.scale) for each in series.x]


def heights_of(chart: Chart) -> Iterator[float | None]:
    """Return every value that y has to hold."""
    for series in chart.series:
        yield from series.y
        yield from series.lower or []
        yield from series.upper or []
    yield from (each.y for each in chart.marks)


def points_of(xs: list[float | None], ys: list[float | None], frame: Frame) -> list[Point | None]:
    """Return pixels, with None for gaps; of many in one pixel column only those that show."""
    placed = []
    for x, y in zip(xs, ys, strict=True):
        across, up = frame.x.place(x), frame.y.place(y)
        placed.append(None if across is None or up is None else (across, up))
    if len(placed) <= 2 * (frame.right - frame.left):
        return placed
    return list(_thinned(placed))


def _thinned(points: list[Point | None]) -> Iterator[Point | None]:
    """Keep the first, lowest, highest and last point of each pixel column, in order."""
    column: list[Point] = []
    for point in [*points, None]:
        if column and (point is None or math.floor(point[0]) != math.floor(column[0][0])):
            kept = {0, len(column) - 1}
            heights = [each[1] for each in column]
            kept |= {heights.index(min(heights)), heights.index(max(heights))}
            yield from (column[index] for index in sorted(kept))
            column = []
        if point is None:
            yield None
        else:
            column.append(point)


def path(series: Series, points: list[Point | None], look: Look) -> Safe:
    """Draw a line, broken at gaps; a point alone is a dot."""
    steps: list[str] = []
    lone: list[str] = []
    pen_down = False
    for index, point in enumerate(points):
        if point is not None:
            alone = not pen_down and (index + 1 == len(points) or points[index + 1] is None)
            place = f"{pixels(point[0])} {pixels(point[1])}"
            if alone:
                lone.append(f"M{place}h0")
            else:
                steps.append(f"{'L' if pen_down else 'M'}{place}")
        pen_down = point is not None
    thin = " thin" if series.role in ("reference", "muted") else ""
    title = element("title", series.name) if series.name else None
    line = element(
        "path", title, d="".join(steps), class_=f"line {look.ink}{thin}", stroke_dasharray=look.dash
    )
    dots = (
        element("path", d="".join(lone), class_=f"dots {look.ink}", stroke_width="5")
        if lone
        else None
    )
    return join(line, dots)


def band(series: Series, xs: list[float | None], look: Look, frame: Frame) -> Safe:
    """Draw the interval around a line, if it has one."""
    if series.lower is None or series.upper is None:
        return Safe()
    known = [
        (frame.x.at(x), frame.y.at(low), frame.y.at(high))
        for x, low, high in zip(xs, series.lower, series.upper, strict=True)
        if x is not None and low is not None and high is not None
    ]
    edge = [(x, high) for x, _, high in known] + [(x, low) for x, low, _ in reversed(known)]
    corners = " ".join(f"{pixels(x)},{pixels(y)}" for x, y in edge)
    return element("polygon", points=corners, class_=f"band {look.fill}")


def _end_labels(ends: list[tuple[float, str, Look]], frame: Frame, room: float) -> list[Safe]:
    """Names at the ends of lines, pushed apart; those there is no room for are left out."""
    capacity = int((frame.bottom - frame.top) / _LABEL_HEIGHT)
    shown = sorted(ends, key=lambda each: (each[2].text != "cherry", each[2].text == ""))[:capacity]
    shown.sort(key=lambda each: each[0])
    heights = apart([up for up, _, _ in shown], frame.bottom)
    return [
        letters(name, frame.right + 6, up + 4, look=look.text, room=room)
        for up, (_, name, look) in zip(heights, shown, strict=True)
    ]


def apart(wanted: list[float], floor: float) -> list[float]:
    """Push heights of labels (ascending pixels) apart, none below `floor`."""
    heights: list[float] = []
    for up in wanted:
        heights.append(max(up, heights[-1] + _LABEL_HEIGHT) if heights else up)
    for index in reversed(range(len(heights))):
        heights[index] = floor = min(heights[index], floor)
        floor -= _LABEL_HEIGHT
    return heights
