"""The short form of a report that a notebook shows under a cell."""

from morello.analysis.charts import svg
from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.charts.drawing.style import STYLE as CHART_STYLE
from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.finding import Finding
from morello.analysis.report import certainty
from morello.analysis.report.style import DARK, FONTS, LIGHT, compact
from morello.analysis.report.text import NAME_LENGTH_MAX, Text, cut

_FINDINGS_MAX = 5
_PICTURE_BYTES_MAX = 60_000
_WIDTH = 480.0

_RULES = """
.morello-notebook{background:var(--paper);color:var(--ink);border:1px solid var(--line);
border-radius:12px;padding:20px 24px;max-width:820px;font:14px/1.55 FONTS;
overflow-wrap:anywhere}
.morello-notebook p,.morello-notebook ol,.morello-notebook figure{margin:0 0 10px}
.morello-notebook ol{padding-left:1.6em}
.morello-notebook li{margin:0 0 16px}
.morello-notebook .morello-title{font-size:1.2rem;font-weight:700;margin:0}
.morello-notebook .morello-sentence{font-weight:600;margin:0}
.morello-notebook .morello-quiet{color:var(--soft);font-size:.875rem}
.morello-notebook .morello-chart{max-width:520px}
"""

_STYLE = Safe(
    f".morello-notebook{{{LIGHT}}}"
    f"@media (prefers-color-scheme:dark){{.morello-notebook{{{DARK}}}}}"
    + compact(_RULES).replace("FONTS", FONTS)
)


def to_html(analysis: Analysis, language: str = "en") -> str:
    """Return a fragment for `_repr_html_`; its style touches nothing outside itself."""
    text = Text(language)
    said = [each for each in analysis.findings if each.group != "quality"][:_FINDINGS_MAX]
    name = cut(analysis.dataset, NAME_LENGTH_MAX)
    left_out = len(analysis.findings) - len(said)
    facts = " · ".join(
        f"{text(f'fact.{name}')} {text('number', value=value)}"
        for name, value in (
            ("rows", analysis.rows),
            ("columns", analysis.columns),
            ("rejected", analysis.rows_rejected),
            ("tests", analysis.tests_made),
        )
    )
    return str(
        element(
            "div",
            element("style", CHART_STYLE, _STYLE),
            element("p", name, class_="morello-title", dir="auto"),
            element("p", facts, class_="morello-quiet"),
            None if said else element("p", text("nothing"), class_="morello-sentence"),
            element("ol", [_item(each, analysis.tests_made, text) for each in said]),
            element("p", text("notebook.more", count=left_out), class_="morello-quiet")
            if left_out
            else None,
            class_="morello-notebook",
            lang=language,
        )
    )


def _item(finding: Finding, tests_made: int, text: Text) -> Safe:
    sure = certainty.of(finding, tests_made, text)
    picture = None
    if finding.chart is not None:
        drawn = svg.draw(finding.chart, text.language, width=_WIDTH, with_style=False)
        picture = drawn if len(drawn) <= _PICTURE_BYTES_MAX else None
    return element(
        "li",
        element("p", text.of(finding.message), class_="morello-sentence", dir="auto"),
        element("p", f"{text('sure')} {sure.word} {sure.reason}", class_="morello-quiet"),
        element("figure", picture) if picture is not None else None,
    )
