"""The first rows behind a finding, as a table that scrolls by itself."""

import datetime
import math
from typing import Any

from morello.analysis.charts.drawing.element import Safe, element, join
from morello.analysis.insights.finding import Finding
from morello.analysis.report.text import NAME_LENGTH_MAX, Text, cut
from morello.kernel.languages.locale import locale_of
from morello.kernel.values import Table

ROWS_MAX = 5
COLUMNS_MAX = 10
_VALUE_LENGTH_MAX = 40


def fold(finding: Finding, table: Table | None, text: Text) -> Safe | None:
    """Fold the rows away under a line that says how many are shown; None where there are none."""
    if table is None or not table.rows:
        return None
    places = _shown(finding, table)
    head = [
        element("th", cut(table.columns[each].name, NAME_LENGTH_MAX), scope="col", dir="auto")
        for each in places
    ]
    body = [
        element(
            "tr",
            [
                element("td", element("bdi", _value(row[each], text)), class_=_look(row[each]))
                for each in places
            ],
        )
        for row in table.rows[:ROWS_MAX]
    ]
    left_out = len(table.columns) - len(places)
    title = text("evidence.first_rows", shown=len(body))
    rows = element(
        "div",
        element("table", element("thead", element("tr", head)), element("tbody", body)),
        class_="rows",
        role="group",
        aria_label=title,
        tabindex="0",
    )
    about = join(
        text("evidence.columns_left_out", count=left_out) if left_out else "",
        " " if left_out else "",
        text("evidence.all_rows") if table.truncated else "",
    )
    note = element("p", about, class_="quiet") if about else None
    return element("details", element("summary", title), rows, note, class_="first-rows")


def _shown(finding: Finding, table: Table) -> list[int]:
    """Choose columns: those that the finding speaks of, then the others in their order."""
    names = [each.name for each in table.columns]
    spoken_of = [names.index(each) for each in finding.columns if each in names]
    others = [place for place in range(len(names)) if place not in spoken_of]
    return [*dict.fromkeys(spoken_of), *others][:COLUMNS_MAX]


def _look(value: Any) -> str | None:
    is_figure = isinstance(value, int | float) and not isinstance(value, bool)
    return "figure" if is_figure else None


def _value(value: Any, text: Text) -> str:
    if value is None:
        return "–"  # noqa: RUF001 - a dash for nothing
    if isinstance(value, float) and math.isfinite(value):
        return locale_of(text.language).written(f"{value:.10g}")
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    return cut(" ".join(str(value)[: 4 * _VALUE_LENGTH_MAX].split()), _VALUE_LENGTH_MAX)
