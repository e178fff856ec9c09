"""The report is one safe, complete, orderly file in two languages."""

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest

from morello.analysis.charts.chart import POINTS_MAX, Axis, Chart, Series
from morello.analysis.insights.analysis import Analysis
from morello.analysis.methods.profile import ColumnProfile, Profile
from morello.analysis.report.making import Making
from morello.analysis.report.page import COLUMNS_MAX, render
from morello.kernel.messages import LANGUAGES, UNREVIEWED, Message
from morello.kernel.messages import render as say
from morello.kernel.values import Column, Table

AnalysisOf = Callable[..., Analysis]
Read = Callable[[str], list[Any]]

HOSTILE = (
    "</title></style><script>alert(1)</script>",
    '"><img src=http://evil.example/x onerror=alert(1)>',
    "' onclick='alert(1)' style='x",
    "javascript:alert(1)",
    "<!-- --><base href=//evil.example>",
    "\u202egnp.exe",
    "\ud800\x00",
    "שלום",
    "{missing}{0}",
)
ELEMENTS = {
    "html", "head", "meta", "link", "title", "style", "body", "a", "header", "main", "footer",
    "nav", "section", "article", "div", "span", "p", "h1", "h2", "h3", "h4", "ul", "ol", "li", "dl",
    "dt", "dd", "bdi", "small", "strong", "figure", "figcaption", "details", "summary", "table",
    "caption", "tbody", "tr", "th", "td", "pre", "code",
    "svg", "desc", "g", "line", "path", "rect", "circle", "polygon", "text",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "rel", "href", "class", "id", "tabindex",
    "role", "aria-label", "aria-hidden", "dir", "scope", "xmlns", "viewbox", "x", "y", "x1", "x2",
    "y1", "y2", "cx", "cy", "r", "rx", "d", "points", "width", "height", "fill-opacity",
    "text-anchor", "transform", "stroke-dasharray", "stroke-width", "preserveaspectratio",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_names_cannot_break_out(
    name: str, language: str, analysis_of: AnalysisOf, read_markup: Read
) -> None:
    making = Making(source=name, source_sha256=name)
    page = render(analysis_of(name, dataset=name, version=name), language=language, making=making)
    page.encode()
    nodes = read_markup(page.removeprefix("<!doctype html>\n"))
    assert {node.tag for node in nodes} <= ELEMENTS
    assert {key for node in nodes for key in node.attributes} <= ATTRIBUTES
    links = {node.attributes["href"] for node in nodes if "href" in node.attributes}
    assert all(link.startswith("#") or link == "data:," for link in links)
    assert sum(node.tag == "style" for node in nodes) == 1


def test_nothing_is_loaded(analysis_of: AnalysisOf, read_markup: Read) -> None:
    page = render(analysis_of())
    nodes = read_markup(page.removeprefix("<!doctype html>\n"))
    policy = next(n for n in nodes if n.attributes.get("http-equiv"))
    assert (policy.attributes["content"] or "").startswith("default-src 'none'; style-src")
    assert "url(" not in page
    assert "@import" not in page
    assert set(re.findall(r"https?://[^\s\"<]+", page)) == {"http://www.w3.org/2000/svg"}


def test_every_link_leads_to_a_card(analysis_of: AnalysisOf, read_markup: Read) -> None:
    nodes = read_markup(render(analysis_of()).removeprefix("<!doctype html>\n"))
    ids = [n.attributes["id"] for n in nodes if "id" in n.attributes]
    assert len(ids) == len(set(ids))
    links = {str(n.attributes["href"]) for n in nodes if n.tag == "a"}
    assert {link[1:] for link in links} <= set(ids)


def test_headings_are_in_order(analysis_of: AnalysisOf, read_markup: Read) -> None:
    nodes = read_markup(render(analysis_of()).removeprefix("<!doctype html>\n"))
    levels = [int(n.tag[1]) for n in nodes if re.fullmatch(r"h[1-4]", n.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_the_structure_of_a_report(
    analysis_of: AnalysisOf, making: Making, read_markup: Read
) -> None:
    page = render(analysis_of(), making=making)
    nodes = read_markup(page.removeprefix("<!doctype html>\n"))
    assert [n.text for n in nodes if n.tag == "h2"] == [
        "What matters most",
        "Business insights",
        "Patterns",
        "Outliers",
        "Data quality",
        "What could be modelled",
        "Columns",
        "How this was made",
    ]
    cards = [n.attributes["id"] for n in nodes if n.tag == "article" and "id" in n.attributes]
    assert len(cards) == 8
    assert cards[0] == "outliers-2"  # the quality finding scores more, and stands below
    assert nodes[0].attributes["lang"] == "en"
    for shown in ("7 rejected", "synthetic", "morello verify", str(making.call), "ab" * 32, "312"):
        assert shown in page


def test_how_sure_is_said_in_words(analysis_of: AnalysisOf) -> None:
    page = render(analysis_of())
    assert "Certainty: counted." in page
    assert "Certainty: strong." in page
    assert "Certainty: very strong." in page
    assert "After correcting for all 312 tests of this run: q\u00a0=\u00a00.004." in page
    assert "q\u00a0&lt;\u00a00.001" in page


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_noteworthy_is_a_proper_answer(quiet: Analysis, language: str) -> None:
    page = render(quiet, language=language)
    words = {"en": "That is an answer, too.", "ko": "이것도 하나의 답입니다."}
    assert words[language] in page
    assert {"en": "every figure is exact", "ko": "모든 수치가 정확한 값"}[language] in page


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_text_is_there(language: str, analysis_of: AnalysisOf, making: Making) -> None:
    page = render(analysis_of(), language=language, making=making)
    assert not re.search(r"\b(report|chart)\.[a-z_]+[.<]", page)
    assert "{" not in re.sub(r"<style>.*?</style>", "", page)


def test_the_same_analysis_is_the_same_report(analysis_of: AnalysisOf, making: Making) -> None:
    analysis = analysis_of()
    again = Analysis.model_validate_json(analysis.model_dump_json())
    assert render(analysis, making=making) == render(again, making=making)


def test_the_largest_report_stays_within_a_megabyte(analysis_of: AnalysisOf) -> None:
    many = [float(index * 7919 % 10_007) for index in range(POINTS_MAX)]
    chart = Chart(
        kind="scatter",
        title=Message(id="large"),
        x=Axis(),
        y=Axis(),
        series=[Series(x=list(many), y=sorted(many))],
    )
    small = analysis_of()
    finding = small.patterns[0].model_copy(update={"chart": chart, "sql": "x" * 100_000})
    columns = [small.profile.columns[0]] * (COLUMNS_MAX + 300)
    large = analysis_of(
        patterns=[finding.model_copy(update={"id": str(i)}) for i in range(40)],
        profile=Profile(rows=1, columns=columns),
    )
    page = render(large)
    assert len(page.encode()) < 1_000_000
    assert "The picture is left out" in page
    assert "… and 300 more." in page


def test_values_that_are_no_numbers_are_shown(analysis_of: AnalysisOf) -> None:
    strange = ColumnProfile(
        name="x",
        type="double",
        kind="number",
        rows=3,
        nulls=0,
        minimum=float("-inf"),
        maximum=float("inf"),
        mean=float("nan"),
        deviation=float("nan"),
        quantiles={"0.5": float("nan")},
        infinities=2,
        not_numbers=1,
    )
    page = render(analysis_of(profile=Profile(rows=3, columns=[strange])))
    assert "Infinite" in page
    assert "NaN" in page


def test_a_kind_that_is_new_is_shown_all_the_same(analysis_of: AnalysisOf) -> None:
    analysis = analysis_of("x")
    strange = analysis.patterns[0].model_copy(
        update={"kind": "never_seen", "chart": None, "numbers": {}, "rows_sql": None}
    )
    page = render(analysis.model_copy(update={"patterns": [strange]}))
    assert "A patterns finding on x." in page
    assert re.findall(r"\breport\.[a-z]", page) == []


def test_the_first_rows_stand_behind_a_fold_with_the_findings_columns_first(
    analysis_of: AnalysisOf,
) -> None:
    analysis = analysis_of("x")
    names = [f"c{place}" for place in range(14)]
    table = Table(
        columns=[Column(name=each, type="int64") for each in [*names, "x"]],
        rows=[[*range(14), "<b>"]] * 9,
        truncated=True,
    )
    page = render(analysis, rows={analysis.findings[0].id: table})
    fold = page[page.index('class="first-rows"') :]
    fold = fold[: fold.index("</details>")]
    assert fold.count("<tr>") == 1 + 5
    assert fold.index(">x<") < fold.index(">c0<")
    assert "5 more columns are left out here." in fold
    assert "&lt;b&gt;" in fold


def test_who_reads_an_unreviewed_language_is_told(analysis_of: AnalysisOf) -> None:
    for language in LANGUAGES:
        page = render(analysis_of("x"), language=language)
        told = say(Message(id="language.unreviewed"), language)
        assert (told in page) == (language in UNREVIEWED)
        assert f'lang="{language}"' in page
