"""How a report was made: tests, approximations, the file, the version, and how to verify it."""

from collections.abc import Iterator

from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.insights.analysis import Analysis
from morello.analysis.report.making import Making
from morello.analysis.report.text import NAME_LENGTH_MAX, Text, cut
from morello.kernel.messages import Message

_NOTES_MAX = 60
_VERIFY = "morello verify receipt.tlog"


def section(analysis: Analysis, making: Making, text: Text) -> Safe:
    """Build the last section of the report."""
    return element(
        "section",
        element("h2", text("made")),
        element("p", text("made.intro")),
        _block(text("made.tests"), _tests(analysis, text)),
        _block(text("made.approximate"), _approximate(analysis, text)),
        element("h3", text("made.receipt")),
        element("dl", list(_identity(analysis, making, text)), class_="identity"),
        element("p", text("made.verify" if making.call else "made.verify_how")),
        element("pre", element("code", _VERIFY)),
        element("h3", text("made.not_proven")),
        element(
            "ul",
            [element("li", text(f"made.not_proven.{each}")) for each in _NOT_PROVEN],
            class_="prose",
        ),
        id="made",
        class_="made",
    )


_NOT_PROVEN = ("data", "cause", "completeness", "clock")


def _block(heading: str, lines: list[str]) -> list[Safe]:
    items = [element("li", each, dir="auto") for each in lines]
    return [element("h3", heading), element("ul", items, class_="prose")]


def _tests(analysis: Analysis, text: Text) -> list[str]:
    if not analysis.tests_made:
        return [text("made.no_tests")]
    return [
        text("made.tests_made", tests=analysis.tests_made),
        text("made.corrected", rate=analysis.false_discovery_rate),
        text("made.ranked"),
    ]


def _approximate(analysis: Analysis, text: Text) -> list[str]:
    notes: list[Message] = [*analysis.notes, *analysis.profile.notes]
    said = list(dict.fromkeys(text.of(each) for each in notes))
    left_out = len(said) - _NOTES_MAX
    if left_out > 0:
        said = [*said[:_NOTES_MAX], text("more", count=left_out)]
    return said or [text("made.exact")]


def _identity(analysis: Analysis, making: Making, text: Text) -> Iterator[Safe]:
    rows = [
        (text("made.dataset"), analysis.dataset),
        (text("made.version"), analysis.version),
        (
            text("made.rows"),
            text("rows_read", read=analysis.rows_read, rejected=analysis.rows_rejected),
        ),
        (text("made.file"), making.source),
        (text("made.size"), text.number(making.source_bytes) if making.source_bytes else ""),
        ("SHA-256", making.source_sha256),
        (text("made.call"), str(making.call or "")),
        (text("made.time"), moment(making)),
    ]
    for term, value in rows:
        if value:
            shown = element("bdi", cut(value, NAME_LENGTH_MAX))
            yield element("div", element("dt", term), element("dd", shown))


def moment(making: Making) -> str:
    """Return when it was made, in UTC."""
    return making.made_at.strftime("%Y-%m-%d %H:%M UTC") if making.made_at else ""
