"""A column of the appendix: what it is, a small picture, and its main figures."""

import math
from collections.abc import Iterator

from morello.analysis.charts import sparkline
from morello.analysis.charts.drawing.element import Safe, element, join
from morello.analysis.charts.drawing.label import time_label
from morello.analysis.methods.profile import ColumnProfile, TopValue
from morello.analysis.report.text import NAME_LENGTH_MAX, Text, cut, percent

_TOP_MAX = 5
_SHARES_MAX = 5
_VALUE_LENGTH_MAX = 80
_UNORDERED = ("category", "text", "boolean")
"""Kinds whose least and greatest value say nothing."""
_QUANTILES = ("0.01", "0.05", "0.25", "0.5", "0.75", "0.95", "0.99")


def panel(column: ColumnProfile, text: Text) -> Safe:
    """Build the panel of one column."""
    kind = text.known(f"column.kind.{column.kind}", column.kind)
    return element(
        "section",
        element(
            "h3",
            element("bdi", cut(column.name, NAME_LENGTH_MAX) or text("column.unnamed")),
            " ",
            element("small", f"{kind} · {cut(column.type, 60)}"),
        ),
        _picture(column, text),
        element("dl", [_fact(term, value) for term, value in _facts(column, text)], class_="facts"),
        *_values(column, text),
        class_="column",
    )


def _fact(term: str, value: str) -> Safe:
    return element("div", element("dt", term), element("dd", element("bdi", value)))


def _facts(column: ColumnProfile, text: Text) -> Iterator[tuple[str, str]]:
    yield text("column.missing"), _count(column.nulls, column.rows, text)
    if column.not_numbers:
        yield "NaN", text.number(column.not_numbers)
    if column.infinities:
        yield text("column.infinities"), text.number(column.infinities)
    about = "≈ " if column.distinct_error else ""
    yield text("column.distinct"), about + text.number(column.distinct)
    ordered = column.kind not in _UNORDERED
    if ordered and column.minimum is not None:
        yield text("column.minimum"), _value(column.minimum, column, text)
    if column.mean is not None and math.isfinite(column.mean):
        yield text("column.mean"), _number(column.mean, column, text)
    if ordered and column.maximum is not None:
        yield text("column.maximum"), _value(column.maximum, column, text)
    if column.deviation is not None and math.isfinite(column.deviation) and column.kind != "time":
        yield text("column.deviation"), text.number(column.deviation)
    if column.kind == "boolean" and column.rows:
        known = max(column.rows - column.nulls, 1)
        yield text("column.trues"), _count(column.trues, known, text)
    if column.length_mean is not None and column.kind == "text":
        yield text("column.length"), text.number(round(column.length_mean, 1))
    if column.outliers is not None:
        yield text("column.outliers"), text.number(column.outliers.below + column.outliers.above)


def _count(count: int, rows: int, text: Text) -> str:
    if not count or not rows:
        return "0"
    return text("column.count_and_share", count=count, share=percent(count / rows, text.language))


def _value(value: bool | float | str, column: ColumnProfile, text: Text) -> str:
    if isinstance(value, str):
        if column.kind == "time":
            value = value.replace("T", " ").removesuffix(".000000").removesuffix(" 00:00:00")
        return cut(value, _VALUE_LENGTH_MAX)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return text.number(value)


def _number(value: float, column: ColumnProfile, text: Text) -> str:
    return time_label(value) if column.kind == "time" else text.number(value)


def _picture(column: ColumnProfile, text: Text) -> Safe | None:
    histogram = column.histogram
    if histogram is not None and histogram.counts:
        ends = (histogram.edges[0], histogram.edges[-1])
        low, high = (_number(each, column, text) for each in ends)
        label = text("column.histogram", low=low, high=high, bins=len(histogram.counts))
        return sparkline.histogram(histogram.edges, histogram.counts, label)
    known = column.rows - column.nulls
    if not column.top or known <= 0:
        return None
    largest = [each.count / known for each in column.top[:_SHARES_MAX]]
    return sparkline.shares(
        largest, text("column.shares", share=percent(min(sum(largest), 1.0), text.language))
    )


def _values(column: ColumnProfile, text: Text) -> list[Safe | None]:
    """Show values, and for ordered columns fold them away with the quantiles."""
    top = _top(column.top, column, text, "column.top")
    if column.histogram is None:
        shapes = column.patterns if column.kind == "text" else []
        return [top, _top(shapes, column, text, "column.patterns")]
    quantiles = _quantiles(column, text)
    if top is None and quantiles is None:
        return []
    return [element("details", element("summary", text("column.more")), quantiles, top)]


def _top(values: list[TopValue], column: ColumnProfile, text: Text, name: str) -> Safe | None:
    """List the most frequent values, unless every value is there once."""
    if not values or values[0].count <= 1 or column.rows <= 0:
        return None
    rows = [
        element(
            "li",
            element("bdi", _value(each.value, column, text) or "∅", class_="value"),
            element("span", f"{text.number(each.count)}", class_="count"),
        )
        for each in values[:_TOP_MAX]
    ]
    return join(element("h4", text(name)), element("ol", rows, class_="top"))


def _quantiles(column: ColumnProfile, text: Text) -> Safe | None:
    known = [(rank, column.quantiles[rank]) for rank in _QUANTILES if rank in column.quantiles]
    finite = [(rank, value) for rank, value in known if math.isfinite(value)]
    if not finite:
        return None
    rows = [
        element(
            "tr",
            element("th", text("share", value=float(rank)), scope="row"),
            element("td", _number(value, column, text)),
        )
        for rank, value in finite
    ]
    about = (
        element("p", text("column.rank_error", error=column.quantile_rank_error), class_="quiet")
        if column.quantile_rank_error
        else None
    )
    table = element("table", element("caption", text("column.quantiles")), element("tbody", rows))
    return join(table, about)
