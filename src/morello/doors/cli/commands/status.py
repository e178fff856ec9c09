"""`morello status`: what runs of the server of the home folder, and whether it is well."""

from typing import Annotated

import typer

from morello.doors.cli import results
from morello.doors.cli.language import Language
from morello.doors.cli.session import Sessions
from morello.doors.cli.terminal import Terminal
from morello.kernel.messages import render
from morello.kernel.protocols.server import Part, Status

EXAMPLE = "morello status"
_HEADINGS = ("part", "pid", "since", "memory", "address", "version", "health")
_NUMBERS = (1, 3)


def status(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="cli.option.json")] = False,
    language: Language = "",  # noqa: ARG001 - read before: see language.py
) -> int:
    """Show what runs; 0 when all of it is well, 1 when not."""
    import asyncio  # noqa: PLC0415 - help needs no loop

    sessions: Sessions = context.obj
    found = asyncio.run(sessions.server().status())
    if as_json:
        plain = results.worded(found.model_dump(mode="json"), sessions.terminal.language)
        sessions.terminal.raw(results.text_of({"well": found.is_well, **plain}))
    else:
        _show(found, sessions.terminal)
    return 0 if found.is_well else 1


def _show(found: Status, terminal: Terminal) -> None:
    if not found.url:
        terminal.say("cli.status.nothing", home=found.home)
        return
    terminal.say("cli.status.runs", style="bold", url=found.url, home=found.home)
    headings = [terminal.words(f"cli.status.{each}") for each in _HEADINGS]
    terminal.table(headings, [_row(each, terminal) for each in found.parts], right=_NUMBERS)


def _row(part: Part, terminal: Terminal) -> list[str]:
    megabytes = "" if part.memory_bytes is None else f"{part.memory_bytes / (1 << 20):,.0f}"
    well = terminal.words("cli.status.well")
    return [
        terminal.words(f"cli.status.{part.name}"),
        "" if part.pid is None else str(part.pid),
        part.since.isoformat(" ", "seconds") if part.since else "",
        megabytes,
        part.address,
        part.version,
        render(part.problem, terminal.language) if part.problem else well,
    ]
