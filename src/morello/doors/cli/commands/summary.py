"""The summary of an analysis, as it is read in a terminal."""

from typing import Any

from morello.doors.cli.terminal import Terminal
from morello.kernel.messages import Message, render

_GROUPS = ("business_insights", "patterns", "outliers", "quality")
_FINDINGS_MAX = 5
"""Of each group; the report and `--json` have them all."""
_REJECTED_MAX = 3
_TEXT_LENGTH_MAX = 120
_Q_LEAST = 0.001
"""Smaller ones say the same: sure."""


def summarize(analysis: dict[str, Any], imported: dict[str, Any], terminal: Terminal) -> None:
    """Print what was read, what stands out and how sure that is, and what could be modelled."""
    _read(analysis, imported, terminal)
    if analysis["nothing_noteworthy"]:
        terminal.line()
        terminal.say("cli.summary.nothing", style="bold")
    groups = [name for name in _GROUPS if analysis[name]]
    for name in sorted(groups, key=lambda each: (each == "quality", -_best(analysis[each]))):
        _group(name, analysis[name], terminal)
    _models(analysis["model_suggestions"], terminal)
    _notes(analysis, terminal)


def _best(findings: list[dict[str, Any]]) -> float:
    return max(float(each["score"]) for each in findings)


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


def _group(name: str, findings: list[dict[str, Any]], terminal: Terminal) -> None:
    terminal.line()
    terminal.say(f"cli.summary.{name}", style="bold")
    ranked = sorted(findings, key=lambda each: (-each["score"], each["id"]))
    for index, each in enumerate(ranked[:_FINDINGS_MAX], start=1):
        sentence = _words(each["message"], terminal)
        terminal.line(f"{index}. {sentence}", aside=_sureness(each, terminal), indent=2)
        for caveat in each["caveats"]:
            terminal.line(_words(caveat, terminal), style="dim", indent=5)
    if len(ranked) > _FINDINGS_MAX:
        terminal.say("cli.summary.more", indent=2, more=len(ranked) - _FINDINGS_MAX)


def _sureness(finding: dict[str, Any], terminal: Terminal) -> str:
    """Say how sure it is. A tested finding's q is the share of false ones among such findings."""
    q_value, coverage = finding["q_value"], round(finding["coverage"], 2)
    if q_value is None:
        sure = terminal.words("cli.sure.counted")
    elif q_value < _Q_LEAST:
        sure = terminal.words("cli.sure.below", q=_Q_LEAST)
    else:
        sure = terminal.words("cli.sure.tested", q=q_value)
    return terminal.words("cli.sure.rows", sure=sure, rows=coverage) if 0 < coverage < 1 else sure


def _models(suggestions: list[dict[str, Any]], terminal: Terminal) -> None:
    if not suggestions:
        return
    terminal.line()
    terminal.say("cli.summary.models", style="bold")
    ranked = sorted(suggestions, key=lambda each: -each["worth"])
    for each in ranked[:_FINDINGS_MAX]:
        terminal.line(f"- {_words(each['message'], terminal)}", indent=2)
    if len(ranked) > _FINDINGS_MAX:
        terminal.say("cli.summary.more", indent=2, more=len(ranked) - _FINDINGS_MAX)


def _notes(analysis: dict[str, Any], terminal: Terminal) -> None:
    terminal.line()
    if analysis["tests_made"]:
        terminal.say(
            "cli.summary.tests",
            style="dim",
            tests=analysis["tests_made"],
            rate=analysis["false_discovery_rate"],
        )
    for each in analysis["notes"]:
        terminal.line(_words(each, terminal), style="dim")


def _words(message: dict[str, Any], terminal: Terminal) -> str:
    return render(Message.model_validate(message), terminal.language)
