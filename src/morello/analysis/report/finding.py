"""A finding as a card: the sentence, the picture, how sure and why, and the evidence."""

import dataclasses
import math
from collections.abc import Mapping

from morello.analysis.charts.drawing.element import Safe, element, join
from morello.analysis.charts.drawing.label import in_words
from morello.analysis.insights.finding import Finding
from morello.analysis.report import certainty, rows
from morello.analysis.report.album import Album
from morello.analysis.report.making import Making
from morello.analysis.report.text import NAME_LENGTH_MAX, SQL_LENGTH_MAX, Text, cut, percent
from morello.kernel.values import Table

_DETAILS_MAX = 12
_NUMBERS_MAX = 40
_VERSION_LETTERS = 12


def anchor(finding: Finding, place: int) -> str:
    """Return the id a card can be linked by; ours, since a finding's own may hold anything."""
    return f"{finding.group}-{place}"


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """What every card's evidence names: tests made, the analysis' call, the data, first rows."""

    tests_made: int
    version: str
    making: Making
    rows: Mapping[str, Table]
    """By the finding's id; a finding without any has no rows to show."""


def card(finding: Finding, identifier: str, proof: Proof, album: Album) -> Safe:
    """Build the card."""
    text = Text(album.language)
    sure = certainty.of(finding, proof.tests_made, text)
    # Nobody doubts a count of empty cells: what was counted about quality needs no reason.
    is_note = finding.group == "quality" and finding.q_value is None
    group = text.known(f"group.{finding.group}.one", finding.group)
    words = element(
        "div",
        element("p", group, class_=f"chip {finding.group}"),
        element("h3", text.of(finding.message), dir="auto"),
        _list(finding, text),
        None if is_note else _certainty(sure, text),
        class_="words",
    )
    return element(
        "article",
        words,
        _picture(finding, album, text),
        _evidence(finding, proof, text),
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


def _evidence(finding: Finding, proof: Proof, text: Text) -> Safe:
    query = join(element("h4", text("evidence.query")), code(finding.sql))
    return element(
        "details",
        element("summary", text("evidence")),
        element("div", _numbers(finding, text), element("div", query), class_="halves"),
        rows.fold(finding, proof.rows.get(finding.id), text),
        element(
            "div",
            element("h4", text("evidence.rows")),
            code(finding.rows_sql),
            class_="rows-query",
        )
        if finding.rows_sql
        else None,
        element("p", _ranking(finding, text), class_="quiet"),
        element("p", _receipt(proof, text), class_="quiet"),
        class_="evidence",
    )


def _ranking(finding: Finding, text: Text) -> str:
    ranked = text(
        "evidence.ranked",
        score=round(finding.score, 2),
        effect=round(finding.effect, 2),
        coverage=percent(finding.coverage, text.language),
        surprise=round(finding.surprise, 2),
    )
    before = _p_value(finding, text)
    return f"{ranked} {before}" if before else ranked


def _receipt(proof: Proof, text: Text) -> str:
    version = proof.version[:_VERSION_LETTERS]
    if proof.making.call is None:
        return text("evidence.version", version=version)
    return text("evidence.receipt", call=str(proof.making.call), version=version)


def _p_value(finding: Finding, text: Text) -> str | None:
    if finding.p_value is None or not math.isfinite(finding.p_value):
        return None
    return text("evidence.p", p=certainty.probability(finding.p_value, text))


def _numbers(finding: Finding, text: Text) -> Safe | None:
    rows = [
        element(
            "tr",
            element("th", cut(name, NAME_LENGTH_MAX), scope="row", dir="auto"),
            element("td", text.number(value) if math.isfinite(value) else str(value)),
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
