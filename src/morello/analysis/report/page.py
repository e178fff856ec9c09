"""The report: one HTML file that needs nothing else, for a screen, a phone and paper."""

from collections.abc import Iterator, Mapping

from morello.analysis.charts.drawing.element import Safe, element, join
from morello.analysis.charts.drawing.style import STYLE as CHART_STYLE
from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.finding import Finding
from morello.analysis.report.album import Album
from morello.analysis.report.finding import Proof, anchor, card
from morello.analysis.report.making import Making
from morello.analysis.report.sections import column, models, provenance, quality
from morello.analysis.report.style import STYLE
from morello.analysis.report.text import NAME_LENGTH_MAX, Text, cut
from morello.kernel.messages import UNREVIEWED, Message
from morello.kernel.messages import render as say
from morello.kernel.values import Table

CARDS_MAX = 60
"""Cards of one group; the rest are counted."""
COLUMNS_MAX = 150
"""Columns in the appendix; the rest are counted."""
_VERSION_LETTERS = 12
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)


def render(
    analysis: Analysis,
    *,
    language: str = "en",
    making: Making | None = None,
    rows: Mapping[str, Table] | None = None,
) -> str:
    """Return the report as one HTML document of at most about a megabyte.

    `rows` are the first rows behind findings, by their ids. It makes no request, runs no script,
    and is the same for the same input.
    """
    return str(_Report(analysis, language, making or Making(), rows or {}).document())


class _Report:
    """One report while it is put together."""

    def __init__(
        self, analysis: Analysis, language: str, making: Making, rows: Mapping[str, Table]
    ) -> None:
        self.analysis = analysis
        self.making = making
        self.text = Text(language)
        self.album = Album(language)
        self.proof = Proof(analysis.tests_made, analysis.version, making, rows)
        findings = {each.id: each for each in analysis.findings}
        self.top = [findings[each] for each in analysis.most_important]
        self.anchors = {
            id(each): anchor(each, place) for place, each in enumerate(analysis.findings, 1)
        }

    def document(self) -> Safe:
        text, analysis = self.text, self.analysis
        title = f"{cut(analysis.dataset, NAME_LENGTH_MAX)} – {text('title')}"  # noqa: RUF001 - a dash
        head = element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("meta", name="referrer", content="no-referrer"),
            element("meta", name="generator", content="Morello"),
            element("link", rel="icon", href="data:,"),
            element("title", title),
            element("style", CHART_STYLE, STYLE),
        )
        body = element(
            "body",
            element("a", text("skip"), href="#content", class_="skip"),
            self._header(),
            element("main", *self._sections(), id="content", tabindex="-1"),
            element("footer", element("p", text("footer")), self._unreviewed()),
        )
        return join(Safe("<!doctype html>\n"), element("html", head, body, lang=text.language))

    def _unreviewed(self) -> Safe | None:
        if self.text.language not in UNREVIEWED:
            return None
        return element("p", say(Message(id="language.unreviewed"), self.text.language))

    def _sections(self) -> Iterator[Safe]:
        yield self._most_important()
        yield from self._rest("business", self.analysis.business_insights)
        yield from self._rest("patterns", self.analysis.patterns)
        yield from self._rest("outliers", self.analysis.outliers)
        yield self._quality()
        yield models.section(self.analysis.model_suggestions, self.text)
        yield self._columns()
        yield provenance.section(self.analysis, self.making, self.text)

    def _header(self) -> Safe:
        text, analysis, making = self.text, self.analysis, self.making
        facts = [
            (text("fact.rows"), text("number", value=analysis.rows)),
            (text("fact.columns"), text("number", value=analysis.columns)),
            (text("fact.rejected"), text("number", value=analysis.rows_rejected)),
            (text("fact.tests"), text("number", value=analysis.tests_made)),
            (text("fact.version"), analysis.version[:_VERSION_LETTERS]),
            (text("fact.time"), provenance.moment(making)),
        ]
        shown = [
            element("div", element("dt", term), element("dd", value))
            for term, value in facts
            if value
        ]
        banner = element("p", text("synthetic"), class_="banner", role="note")
        return element(
            "header",
            element("p", _CHERRIES, "Morello", class_="brand"),
            element("h1", element("bdi", cut(analysis.dataset, NAME_LENGTH_MAX))),
            element("p", self._summary(), class_="lead"),
            banner if making.synthetic else None,
            element("dl", shown, class_="key-facts"),
            self._contents(),
        )

    def _summary(self) -> str:
        analysis, text = self.analysis, self.text
        if analysis.nothing_noteworthy:
            return text("lead.nothing", rows=analysis.rows)
        notes = len(analysis.quality)
        return text("lead", count=len(analysis.findings) - notes, quality=notes)

    def _contents(self) -> Safe:
        names = ("findings", "quality", "models", "columns", "made")
        links = [
            element("li", element("a", self.text(f"contents.{each}"), href=f"#{each}"))
            for each in names
        ]
        return element("nav", element("ul", links), aria_label=self.text("contents"))

    def _most_important(self) -> Safe:
        heading = element("h2", self.text("findings"))
        if not self.top:
            body = element(
                "div",
                element("p", self.text("nothing"), class_="big"),
                element(
                    "p",
                    self.text(
                        "nothing.why", tests=self.analysis.tests_made, columns=self.analysis.columns
                    ),
                ),
                element("p", self.text("nothing.next"), class_="quiet"),
                class_="calm",
            )
            return element("section", heading, body, id="findings")
        return element("section", heading, *self._cards(self.top), id="findings")

    def _cards(self, findings: list[Finding]) -> list[Safe]:
        cards = [
            card(each, self.anchors[id(each)], self.proof, self.album)
            for each in findings[:CARDS_MAX]
        ]
        left_out = len(findings) - CARDS_MAX
        if left_out > 0:
            cards.append(element("p", self.text("more", count=left_out), class_="quiet"))
        return cards

    def _rest(self, group: str, findings: list[Finding]) -> Iterator[Safe]:
        """Show the findings of a group; those that stand at the top already are linked."""
        if not findings:
            return
        top = {id(each) for each in self.top}
        links = [
            element(
                "li",
                element("a", self.text.of(each.message), href=f"#{self.anchors[id(each)]}"),
                dir="auto",
            )
            for each in findings
            if id(each) in top
        ]
        above = join(
            element("p", self.text("above"), class_="quiet"),
            element("ul", links, class_="links"),
        )
        yield element(
            "section",
            element("h2", self.text(f"group.{group}")),
            above if links else None,
            *self._cards([each for each in findings if id(each) not in top]),
            id=group,
        )

    def _quality(self) -> Safe:
        analysis, text = self.analysis, self.text
        return element(
            "section",
            element("h2", text("group.quality")),
            quality.overview(analysis, self.album),
            element("div", self._cards(analysis.quality), class_="pairs"),
            None if analysis.quality else element("p", text("quality.none"), class_="calm"),
            id="quality",
        )

    def _columns(self) -> Safe:
        columns = self.analysis.profile.columns
        panels = [column.panel(each, self.text) for each in columns[:COLUMNS_MAX]]
        left_out = len(columns) - COLUMNS_MAX
        rest = element("p", self.text("more", count=left_out), class_="quiet")
        return element(
            "section",
            element("h2", self.text("columns")),
            element("p", self.text("columns.intro")),
            element("div", panels, class_="tiles"),
            rest if left_out > 0 else None,
            id="columns",
        )


_CHERRIES = element(
    "svg",
    element("path", d="M9 15C9 9 13 5 20 3M17 16C17 10 18 6 20 3", class_="stem"),
    element("path", d="M20 3c-4-2-8-1-10 1 3 2 7 2 10-1z", class_="leaf"),
    element("circle", cx=8, cy=18, r=4.5, class_="cherry"),
    element("circle", cx=17, cy=19, r=4, class_="cherry"),
    viewBox="0 0 24 24",
    aria_hidden="true",
)
