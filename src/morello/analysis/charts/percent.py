"""Shares of one, drawn in percent."""

from morello.analysis.charts.chart import SHARE, Chart, Mark, Series

_HUNDRED = 100.0


def in_percent(chart: Chart) -> Chart:
    """Return the chart with its y in percent, if they are shares; else the chart itself."""
    if chart.y.unit != SHARE:
        return chart
    return chart.model_copy(
        update={
            "y": chart.y.model_copy(update={"unit": "%"}),
            "series": [_series(each) for each in chart.series],
            "marks": [_mark(each) for each in chart.marks],
        }
    )


def _series(series: Series) -> Series:
    return series.model_copy(
        update={
            "y": _times(series.y),
            "lower": None if series.lower is None else _times(series.lower),
            "upper": None if series.upper is None else _times(series.upper),
        }
    )


def _mark(mark: Mark) -> Mark:
    return mark.model_copy(update={"y": None if mark.y is None else mark.y * _HUNDRED})


def _times(values: list[float | None]) -> list[float | None]:
    return [None if value is None else value * _HUNDRED for value in values]
