"""`morello verify`: checks a receipt, and says in words what it proves."""

from pathlib import Path
from typing import Annotated, Any

import typer

from morello.doors.cli import files, results
from morello.doors.cli.language import Language
from morello.doors.cli.session import Session, Sessions
from morello.doors.cli.terminal import Terminal
from morello.kernel.errors import TooLarge
from morello.kernel.messages import Message, render
from morello.kernel.values import Blob

EXAMPLE = "morello verify orders.tlog"
_VERIFY = "audit.verify"
_TEXT_BYTES_MAX = 16 << 20
"""A receipt is 2 KB; its evidence is as long as what it discloses."""


def verify(  # noqa: PLR0913 - an argument here is an option there
    context: typer.Context,
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help="cli.verify.receipt")],
    *,
    key: Annotated[str, typer.Option("--key", help="cli.verify.key")] = "",
    evidence: Annotated[str, typer.Option("--evidence", help="cli.verify.evidence")] = "",
    file: Annotated[str, typer.Option("--file", help="cli.verify.file")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="cli.option.json")] = False,
    language: Language = "",  # noqa: ARG001 - read before: see language.py
) -> int:
    """Check a receipt offline; 0 when it holds, 1 when it does not."""
    sessions: Sessions = context.obj

    async def work(session: Session) -> int:
        path = files.existing(receipt)
        disclosed = files.existing(evidence) if evidence else files.evidence_of(path)
        given: dict[str, Any] = {"receipt": _text(path)}
        if key:
            given["key"] = key
        if disclosed.is_file():
            given["evidence"] = _text(disclosed)
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


def _text(path: Path) -> str:
    with path.open("rb") as stream:
        content = stream.read(_TEXT_BYTES_MAX + 1)
    if len(content) > _TEXT_BYTES_MAX:
        raise TooLarge("cli.receipt", name=path.name, bytes_max=_TEXT_BYTES_MAX)
    return content.decode("utf-8", errors="replace")


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
