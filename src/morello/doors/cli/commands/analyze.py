"""`morello analyze`: a file in, what matters out, with a report and a receipt if wanted."""

import contextlib
import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from morello.doors.cli import files, results
from morello.doors.cli.commands.summary import summarize
from morello.doors.cli.language import Language
from morello.doors.cli.place import Local
from morello.doors.cli.session import Session, Sessions
from morello.doors.cli.terminal import Terminal
from morello.kernel.caller import Reply
from morello.kernel.errors import InvalidInput
from morello.kernel.values import Blob
from morello.storage.file import write

EXAMPLE = "morello analyze sample:orders --out report.html --receipt orders.tlog"
_ANALYZE = "insights.analyze_file"
_REPORT = "insights.report"
_RECEIPT = "audit.receipt"
_KEYS = ("outliers", "patterns", "model_suggestions", "business_insights")


@dataclasses.dataclass(frozen=True, slots=True)
class _Targets:
    """Where to write, or None where nothing is wanted."""

    report: Path | None
    receipt: Path | None
    evidence: Path | None


def analyze(  # noqa: PLR0913 - an argument here is an option there
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="cli.analyze.file")],
    *,
    out: Annotated[str, typer.Option("--out", help="cli.analyze.out")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="cli.analyze.json")] = False,
    receipt: Annotated[str, typer.Option("--receipt", help="cli.analyze.receipt")] = "",
    name: Annotated[str, typer.Option("--name", help="cli.analyze.name")] = "",
    local: Local = False,  # noqa: ARG001 - read before: see place.py
    language: Language = "",  # noqa: ARG001 - read before: see language.py
    quiet: Annotated[bool, typer.Option("--quiet", help="cli.option.quiet")] = False,
) -> int:
    """Find what matters in a file."""
    sessions: Sessions = context.obj
    sessions.terminal.quiet = quiet

    async def work(session: Session) -> int:
        with files.readable(file, bytes_max=session.settings.file_bytes_max) as path:
            targets = _targets(out, receipt, path)
            given = {"file": Blob.from_path(path), **({"name": name} if name else {})}
            reply = await session.call(_ANALYZE, given)
            answer = results.plain(reply.output)
            key = await _keep(session, reply, answer["analysis"], targets)
        _answer(session, reply, answer, as_json=as_json)
        _tell(session.terminal, targets, key)
        return 0

    return sessions.run(work)


def _targets(out: str, receipt: str, source: Path) -> _Targets:
    """Check every place before anything is computed for it."""
    report = files.must_be_writable(out, not_over=source) if out else None
    if not receipt:
        return _Targets(report, None, None)
    proof = files.must_be_writable(receipt, not_over=source)
    evidence = files.must_be_writable(str(files.evidence_of(proof)), not_over=source)
    if report in (proof, evidence):
        raise InvalidInput("cli.same_target", name=out)
    return _Targets(report, proof, evidence)


async def _keep(session: Session, reply: Reply, analysis: dict[str, Any], targets: _Targets) -> str:
    """Write what was asked for; return the key a receipt is signed with."""
    if targets.report is not None:
        data = f"{analysis['dataset']}@{analysis['version']}"
        language, asked = session.terminal.language, str(reply.call_id)
        given = {"data": data, "language": language, "call": asked}
        report = (await session.call(_REPORT, given)).output
        with contextlib.closing(report.open()) as stream:
            write(targets.report, stream)
    if targets.receipt is None or targets.evidence is None:
        return ""
    kept = results.plain((await session.call(_RECEIPT, {"event": str(reply.event_id)})).output)
    write(targets.receipt, kept["text"].encode())
    write(targets.evidence, kept["evidence"].encode())
    return str(kept["public_key"])


def _answer(session: Session, reply: Reply, answer: dict[str, Any], *, as_json: bool) -> None:
    if not as_json:
        summarize(answer["analysis"], answer.get("imported") or {}, session.terminal)
        return
    analysis = results.worded(answer["analysis"], session.terminal.language)
    assert all(key in analysis for key in _KEYS), "an analysis has its four lists"
    whole = {
        **analysis,
        "imported": results.worded(answer.get("imported"), session.terminal.language),
        "receipt": {"event": str(reply.event_id)},
    }
    session.terminal.raw(results.text_of(whole))


def _tell(terminal: Terminal, targets: _Targets, key: str) -> None:
    if targets.report is not None:
        terminal.note("cli.analyze.report_at", style="", path=str(targets.report))
    if targets.receipt is not None:
        terminal.note("cli.analyze.receipt_at", style="", path=str(targets.receipt), key=key)
