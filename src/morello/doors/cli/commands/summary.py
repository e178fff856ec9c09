"""The summary of an analysis, as it is read in a terminal."""

from typing import Any

from morello.doors.cli.terminal import Terminal
from morello.kernel.messages import Message, render

_GROUPS = ("business_insights", "patterns", "outliers", "quality")
_QUALITY_MAX = 5
_MODELS_MAX = 3
_ABOUT_FINDINGS = "insight."
"""Notes on the profile speak of columns, which only the report and `--json` show."""
_REJECTED_MAX = 3
_TEXT_LENGTH_MAX = 120
_Q_LEAST = 0.001
"""Smaller ones are not worth a word each."""


def summarize(analysis: dict[str, Any], imported: dict[str, Any], terminal: Terminal) -> None:
    """Print what was read, what stands out and how sure that is, and what could be modelled."""
    _read(analysis, imported, terminal)
    if analysis["nothing_noteworthy"]:
        terminal.line()
        terminal.say("cli.summary.nothing", style="bold")
    findings = {each["id"]: each for name in _GROUPS for each in analysis[name]}
    _findings("top", [findings[each] for each in analysis["most_important"]], terminal)
    quality = sorted(analysis["quality"], key=lambda each: (-each["score"], each["id"]))
    _findings("quality", quality[:_QUALITY_MAX], terminal)
    models = analysis["model_suggestions"]
    _models(models[:_MODELS_MAX], terminal)
    shown = (
        len(analysis["most_important"]) + len(quality[:_QUALITY_MAX]) + len(models[:_MODELS_MAX])
    )
    left_out = len(findings) + len(models) - shown
    if left_out:
        terminal.line()
        terminal.say("cli.summary.more", more=left_out)
    _notes(analysis, terminal)


def _read(analysis: dict[str, Any], imported: dict[str, Any], terminal: Terminal) -> None:
    said = {name: analysis[name] for name in ("dataset", "rows", "columns", "rows_read")}
    terminal.say("cli.summary.read", style="bold", **said)
    rejected = analysis["rows_rejected"]
    if not rejected:
        return
    terminal.say("cli.summary.rejected", style="yellow", rows=rejected)
    first = (imported.get("rejected") or [])[:_REJECTED_MAX]
    for each in first:
        said = {**each, "text": str(each.get("text", ""))[:_TEXT_LENGTH_MAX]}
        terminal.say("cli.summary.rejected_line", indent=2, **said)
    if rejected > len(first):
        terminal.say("cli.summary.more_rejected", indent=2, more=rejected - len(first))


def _findings(name: str, findings: list[dict[str, Any]], terminal: Terminal) -> None:
    if not findings:
        return
    terminal.line()
    terminal.say(f"cli.summary.{name}", style="bold")
    for index, each in enumerate(findings, start=1):
        sentence = _words(each["message"], terminal)
        terminal.item(f"{index}.", sentence, aside=_sureness(each, terminal))
        for caveat in each["caveats"]:
            terminal.line(_words(caveat, terminal), style="dim", indent=5)


def _sureness(finding: dict[str, Any], terminal: Terminal) -> str:
    """Say where it is less than sure, and where it speaks of a part of the rows."""
    q_value, coverage = finding["q_value"], round(finding["coverage"], 2)
    said = []
    if 0 < coverage < 1 and finding["group"] != "quality":  # there the sentence says it
        said.append(terminal.words("cli.sure.rows", rows=coverage))
    if q_value is not None and q_value >= _Q_LEAST:
        said.append(terminal.words("cli.sure.tested", q=round(q_value, 3)))
    return f"({', '.join(said)})" if said else ""


def _models(suggestions: list[dict[str, Any]], terminal: Terminal) -> None:
    if not suggestions:
        return
    terminal.line()
    terminal.say("cli.summary.models", style="bold")
    for each in suggestions:
        terminal.item("-", _words(each["message"], terminal))


def _notes(analysis: dict[str, Any], terminal: Terminal) -> None:
    terminal.line()
    if analysis["tests_made"]:
        terminal.say(
            "cli.summary.tests",
            style="dim",
            tests=analysis["tests_made"],
            rate=analysis["false_discovery_rate"],
            least=_Q_LEAST,
        )
    for each in analysis["notes"]:
        if each["id"].startswith(_ABOUT_FINDINGS):
            terminal.line(_words(each, terminal), style="dim")


def _words(message: dict[str, Any], terminal: Terminal) -> str:
    return render(Message.model_validate(message), terminal.language)
