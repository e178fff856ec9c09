"""The page on data quality: how full the table is, where it is not, and what else was noticed."""

from morello.analysis.charts.chart import SHARE, Axis, Chart, Series
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.insights.analysis import Analysis
from morello.analysis.report.album import Album
from morello.analysis.report.text import Text, percent
from morello.kernel.messages import Message

_BARS_MAX = 12


def overview(analysis: Analysis, album: Album) -> Safe:
    """Say in figures how complete the data is, with a picture of where values are missing."""
    text = Text(album.language)
    columns = analysis.profile.columns
    cells = sum(each.rows for each in columns)
    nulls = sum(each.nulls for each in columns)
    lacking = sum(each.nulls > 0 for each in columns)
    facts = [
        (text("quality.read"), text("number", value=analysis.rows_read)),
        (text("fact.rejected"), text("number", value=analysis.rows_rejected)),
        (text("quality.filled"), percent(1 - nulls / cells, text.language) if cells else ""),
        (text("quality.lacking"), text("quality.of", part=lacking, whole=len(columns))),
        (text("quality.notes"), text("number", value=len(analysis.quality))),
    ]
    shown = [
        element("div", element("dt", term), element("dd", value)) for term, value in facts if value
    ]
    return element(
        "div",
        element("dl", shown, class_="key-facts"),
        _missing(analysis, album, text) if lacking else None,
        class_="overview",
    )


def _missing(analysis: Analysis, album: Album, text: Text) -> Safe | None:
    """Draw the share of missing values of the columns that lack most."""
    lacking = sorted(
        (each for each in analysis.profile.columns if each.nulls and each.rows),
        key=lambda each: -each.nulls / each.rows,
    )[:_BARS_MAX]
    title = Message(id="report.quality.missing")
    chart = Chart(
        kind="bar",
        title=title,
        x=Axis(scale="category"),
        y=Axis(title=title, unit=SHARE),
        series=[
            Series(
                x=[each.name or text("column.unnamed") for each in lacking],
                y=[each.nulls / each.rows for each in lacking],
            )
        ],
    )
    drawn = album.draw(chart)
    return None if drawn is None else element("figure", drawn, class_="panel")
