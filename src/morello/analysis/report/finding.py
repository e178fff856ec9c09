"""A finding as a card: the sentence, the picture, how sure and why, and the evidence."""

import dataclasses
import math

from morello.analysis.charts import svg
from morello.analysis.charts.chart import Chart
from morello.analysis.charts.drawing.element import Safe, element, join
from morello.analysis.charts.drawing.label import in_words
from morello.analysis.insights.finding import Finding
from morello.analysis.report import certainty
from morello.analysis.report.text import NAME_LENGTH_MAX, SQL_LENGTH_MAX, Text, cut, percent
from morello.kernel.messages import number

_DETAILS_MAX = 12
_NUMBERS_MAX = 40
PICTURES_BYTES_MAX = 500_000
"""All pictures of one report; those after it are left out, and their place says so."""


_POINT_BYTES = 24
"""A point in both sizes, about: what will not fit need not be drawn to know."""


@dataclasses.dataclass(slots=True)
class Album:
    """Draws pictures, each for a desk and for a phone, until the report is full."""

    language: str
    bytes_left: int = PICTURES_BYTES_MAX

    def draw(self, chart: Chart) -> Safe | None:
        """Return the picture in both sizes; None when there is no more room."""
        points = sum(len(series.y) for series in chart.series)
        if points * _POINT_BYTES > self.bytes_left:
            return None
        pictures = [
            element(
                "div", svg.draw(chart, self.language, width=width, with_style=False), class_=name
            )
            for name, width in (("desk", svg.WIDE), ("phone", svg.NARROW))
        ]
        size = sum(len(each.encode()) for each in pictures)
        if size > self.bytes_left:
            return None
        self.bytes_left -= size
        return join(*pictures)


def anchor(finding: Finding, place: int) -> str:
    """Return the id a card can be linked by; ours, since a finding's own may hold anything."""
    return f"{finding.group}-{place}"


def card(finding: Finding, identifier: str, tests_made: int, album: Album) -> Safe:
    """Build the card."""
    text = Text(album.language)
    sure = certainty.of(finding, tests_made, text)
    # Nobody doubts a count of empty cells: what was counted about quality needs no reason.
    is_note = finding.group == "quality" and finding.q_value is None
    chip = element("p", text(f"group.{finding.group}.one"), class_=f"chip {finding.group}")
    words = element(
        "div",
        chip,
        element("h3", text.of(finding.message), dir="auto"),
        _list(finding, text),
        None if is_note else _certainty(sure, text),
        element("p", _reach(finding, text), class_="quiet"),
        class_="words",
    )
    return element(
        "article",
        words,
        _picture(finding, album, text),
        _evidence(finding, text),
        id=identifier,
        class_="card" if finding.chart is not None else "card plain",
    )


def _list(finding: Finding, text: Text) -> Safe | None:
    items = [element("li", text.of(each), dir="auto") for each in finding.details[:_DETAILS_MAX]]
    items += [
        element("li", text.of(each), dir="auto", class_="caveat")
        for each in finding.caveats[:_DETAILS_MAX]
    ]
    return element("ul", items, class_="details") if items else None


def _certainty(sure: certainty.Certainty, text: Text) -> Safe:
    dots = [
        element("span", class_="dot full" if index < sure.filled else "dot")
        for index in range(certainty.STEPS)
    ]
    meter = element("span", dots, class_="meter", aria_hidden="true")
    strong = element("strong", f"{text('sure')} {sure.word}")
    return element("p", meter, strong, " ", sure.reason, class_="sure")


def _reach(finding: Finding, text: Text) -> str:
    return text("reach", effect=round(finding.effect, 2), coverage=percent(finding.coverage))


def _picture(finding: Finding, album: Album, text: Text) -> Safe | None:
    if finding.chart is None:
        return None
    drawn = album.draw(finding.chart)
    if drawn is None:
        return element("p", text("picture_left_out"), class_="quiet")
    title, note = text.of(finding.chart.title), finding.chart.note
    caption = join(
        # The axis says the same often enough; nobody has to read it twice.
        None if title == in_words(finding.chart.y.title, text.language) else title,
        element("small", text.of(note)) if note is not None else None,
    )
    return element("figure", element("figcaption", caption, dir="auto") if caption else None, drawn)


def _evidence(finding: Finding, text: Text) -> Safe:
    return element(
        "details",
        element("summary", text("evidence")),
        _numbers(finding, text),
        element("h4", text("evidence.query")),
        code(finding.sql),
        join(element("h4", text("evidence.rows")), code(finding.rows_sql))
        if finding.rows_sql
        else None,
        element("p", _p_value(finding, text), class_="quiet"),
        class_="evidence",
    )


def _p_value(finding: Finding, text: Text) -> str | None:
    if finding.p_value is None or not math.isfinite(finding.p_value):
        return None
    return text("evidence.p", p=certainty.probability(finding.p_value))


def _numbers(finding: Finding, text: Text) -> Safe | None:
    rows = [
        element(
            "tr",
            element("th", cut(name, NAME_LENGTH_MAX), scope="row", dir="auto"),
            element("td", number(value) if math.isfinite(value) else str(value)),
        )
        for name, value in list(finding.numbers.items())[:_NUMBERS_MAX]
    ]
    if not rows:
        return None
    caption = element("caption", text("evidence.numbers"))
    return element("table", caption, element("tbody", rows))


def code(sql: str) -> Safe:
    """Show a query; its lines are broken where they are wider than the page."""
    return element("pre", element("code", cut(sql, SQL_LENGTH_MAX)))
