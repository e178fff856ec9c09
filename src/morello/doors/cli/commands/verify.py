"""`morello verify`: checks a receipt, and says in words what it proves."""

from pathlib import Path
from typing import Annotated, Any

import typer

from morello.doors.cli import files, results
from morello.doors.cli.language import Language
from morello.doors.cli.place import Local
from morello.doors.cli.session import Session, Sessions
from morello.doors.cli.terminal import Terminal
from morello.kernel.messages import Message, render
from morello.kernel.values import Blob

EXAMPLE = "morello verify orders.tlog"
_VERIFY = "audit.verify"
_KEY_LENGTH_MAX = 1_000


def verify(  # noqa: PLR0913 - an argument here is an option there
    context: typer.Context,
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help="cli.verify.receipt")],
    *,
    key: Annotated[str, typer.Option("--key", help="cli.verify.key")] = "",
    evidence: Annotated[str, typer.Option("--evidence", help="cli.verify.evidence")] = "",
    file: Annotated[str, typer.Option("--file", help="cli.verify.file")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="cli.option.json")] = False,
    local: Local = False,  # noqa: ARG001 - read before: see place.py
    language: Language = "",  # noqa: ARG001 - read before: see language.py
) -> int:
    """Check a receipt offline; 0 when it holds, 1 when it does not."""
    sessions: Sessions = context.obj
    if key:  # then nobody need be asked
        sessions.is_local = True

    async def work(session: Session) -> int:
        path = files.existing(receipt)
        disclosed = files.existing(evidence) if evidence else files.evidence_of(path)
        given: dict[str, Any] = {"receipt": Blob.from_path(path)}
        if key:
            given["key"] = _key(key)
        if disclosed.is_file():
            given["evidence"] = Blob.from_path(disclosed)
        if file:
            given["file"] = Blob.from_path(files.existing(file))
        verdict = results.plain((await session.call(_VERIFY, given)).output)
        if as_json:
            session.terminal.raw(
                results.text_of(results.worded(verdict, session.terminal.language))
            )
        else:
            _say(verdict, session.terminal)
        return 0 if verdict["ok"] else 1

    return sessions.run(work)


def _key(given: str) -> str:
    """Return a key that was typed, or lies in a file."""
    try:
        path = Path(given).expanduser()
        is_file = path.is_file()
    except (OSError, RuntimeError):  # too long for a name, or not one
        return given
    if not is_file:
        return given
    with path.open(encoding="utf-8", errors="replace") as stream:
        return stream.read(_KEY_LENGTH_MAX).strip()


def _say(verdict: dict[str, Any], terminal: Terminal) -> None:
    holds = verdict["ok"]
    terminal.say(
        "cli.verify.holds" if holds else "cli.verify.fails",
        style="bold green" if holds else "bold red",
    )
    for heading, messages in (
        ("cli.verify.proven", verdict["proven"]),
        ("cli.verify.not_proven", verdict["not_proven"]),
    ):
        if messages:
            terminal.line()
            terminal.say(heading, style="bold")
        for each in messages:
            words = render(Message.model_validate(each), terminal.language)
            terminal.line(f"- {words}", indent=2)
