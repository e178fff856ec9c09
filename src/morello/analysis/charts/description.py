"""A chart in words, for people who hear it and for machines that read it."""

from collections.abc import Iterator

from morello.analysis.charts.chart import Chart, Position, Series
from morello.analysis.charts.drawing.category import name_of
from morello.analysis.charts.drawing.frame import axis_title
from morello.analysis.charts.drawing.label import in_words, value_label
from morello.kernel.messages import Message, render

_SERIES_MAX = 6
_VALUES_MAX = 12
_MARKS_MAX = 8
_NAME_LENGTH_MAX = 80
_LISTED = ("bar", "box", "heatmap", "slope", "waterfall")
"""Kinds whose values are told one by one where they are few."""


def describe(chart: Chart, language: str) -> str:
    """Return a sentence on what is drawn, then the main numbers and what is marked."""
    opening = _say(
        f"chart.description.{chart.kind}",
        language,
        x=_axis(axis_title(chart.x, language)),
        y=_axis(axis_title(chart.y, language)),
    )
    parts = [opening, *_numbers(chart, language)]
    left_out = len(chart.series) - _SERIES_MAX
    if left_out > 0:
        parts.append(_say("chart.more", language, count=left_out))
    labels = [in_words(each.label, language) for each in chart.marks[:_MARKS_MAX]]
    if labels:
        parts.append(_say("chart.description.marks", language, marks="; ".join(labels)))
    shaded = [in_words(each.label, language) for each in chart.ranges[:_MARKS_MAX] if each.label]
    if shaded:
        parts.append(_say("chart.description.ranges", language, ranges="; ".join(shaded)))
    if chart.note is not None:
        parts.append(in_words(chart.note, language))
    return " ".join(part for part in parts if part)


def _numbers(chart: Chart, language: str) -> Iterator[str]:
    if not any(value is not None for series in chart.series for value in series.y):
        yield _say("chart.description.empty", language)
        return
    for series in chart.series[:_SERIES_MAX]:
        known = [(x, y) for x, y in zip(series.x, series.y, strict=False) if y is not None]
        if not known:
            continue
        name = f"{series.name[:_NAME_LENGTH_MAX]}: " if series.name else ""
        if len(known) <= _VALUES_MAX and chart.kind in _LISTED:
            yield name + ", ".join(_pair(x, y, chart, language) for x, y in known) + "."
        else:
            yield name + _extremes(known, series, chart, language)


def _pair(x: Position, y: float, chart: Chart, language: str) -> str:
    if chart.kind == "box":
        return f"{render(Message(id=f'chart.box.{x}'), language)} {value_label(y, language)}"
    return f"{name_of(x, chart, language)[:_NAME_LENGTH_MAX]} {value_label(y, language)}"


def _extremes(
    known: list[tuple[Position, float]], series: Series, chart: Chart, language: str
) -> str:
    lowest, highest = min(known, key=lambda each: each[1]), max(known, key=lambda each: each[1])
    last = series.x[-1] if chart.kind == "histogram" else known[-1][0]
    return _say(
        "chart.description.extremes",
        language,
        count=len(known),
        first=name_of(known[0][0], chart, language),
        last=name_of(last, chart, language),
        lowest=value_label(lowest[1], language),
        lowest_at=name_of(lowest[0], chart, language),
        highest=value_label(highest[1], language),
        highest_at=name_of(highest[0], chart, language),
    )


def _axis(title: str) -> str:
    return title[:_NAME_LENGTH_MAX] or "?"


def _say(identifier: str, language: str, **parameters: object) -> str:
    return render(Message(id=identifier, parameters=parameters), language)
