"""`morello call`: reaches every tool; its options are drawn from the tool's input schema."""

import contextlib
import functools
import json
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from morello.doors.cli import files, results
from morello.doors.cli.commands.fields import fields_of, parse
from morello.doors.cli.commands.guide import explain
from morello.doors.cli.language import must_be_spoken
from morello.doors.cli.place import Local
from morello.doors.cli.session import Options, Session, Sessions
from morello.doors.cli.terminal import Terminal
from morello.kernel.caller import Reply
from morello.kernel.errors import InvalidInput
from morello.kernel.limits import INPUT_BYTES_MAX
from morello.kernel.messages import in_language
from morello.kernel.tool import Tool
from morello.kernel.values import Blob
from morello.storage.file import write

EXAMPLE = "morello call data.preview --with sample:orders --data orders"
_IMPORT = "data.import"


def complete(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Name the tools that begin like this, for the shell."""
    sessions: Sessions = context.obj
    found: list[tuple[str, str]] = []

    async def work(session: Session) -> int:
        language = session.terminal.language
        found.extend((each.name, in_language(each.title, language)) for each in session.tools())
        return 0

    sessions.run(work)
    return [each for each in found if each[0].startswith(incomplete)]


def call(  # noqa: PLR0913 - an argument here is an option there
    context: typer.Context,
    tool: Annotated[
        str, typer.Argument(metavar="ROOM.VERB", help="cli.call.tool", autocompletion=complete)
    ] = "",
    *,
    given: Annotated[str, typer.Option("--input", help="cli.call.input")] = "",
    imports: Annotated[list[str] | None, typer.Option("--with", help="cli.call.with")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="cli.call.json")] = False,
    out: Annotated[str, typer.Option("--out", help="cli.call.out")] = "",
    approval: Annotated[
        uuid.UUID | None, typer.Option("--approval", help="cli.call.approval")
    ] = None,
    idempotency_key: Annotated[
        str, typer.Option("--idempotency-key", help="cli.call.idempotency_key")
    ] = "",
    local: Local = False,  # noqa: ARG001 - read before: see place.py
    language: Annotated[str, typer.Option("--language", help="cli.option.language")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", help="cli.option.quiet")] = False,
    wants_help: Annotated[bool, typer.Option("--help", help="cli.option.help")] = False,
) -> int:
    """Call one tool, or say how it is called."""
    sessions: Sessions = context.obj
    sessions.terminal.quiet = quiet
    if not tool:
        context.get_help()
        return 0 if wants_help else 2

    async def work(session: Session) -> int:
        declared = session.tool(tool)
        if wants_help:
            explain(declared, session.terminal)
            return 0
        target = files.must_be_writable(out) if out else None
        if declared.output is Blob and target is None:
            raise InvalidInput("cli.needs_out", tool=tool)
        with contextlib.ExitStack() as stack:
            open_blob = functools.partial(_blob, stack, session)
            shared = {"approval": str(approval or ""), "language": language}
            tokens = [*context.args, *_for_the_tool(shared, declared)]
            typed = parse(tokens, fields_of(declared.input), blob=open_blob, json=_json)
            request = _input(given) | typed
            for each in imports or ():
                await _import(open_blob(each), session)
            options = _options(approval, idempotency_key, declared)
            reply = await session.call(tool, request, options)
            return _deliver(reply, target, session.terminal, as_json=as_json)

    return sessions.run(work)


def _options(approval: uuid.UUID | None, idempotency_key: str, tool: Tool) -> Options:
    is_field = "approval" in tool.input.model_fields
    return Options(approval=None if is_field else approval, idempotency_key=idempotency_key or None)


async def _import(file: Blob, session: Session) -> None:
    taken = results.plain((await session.call(_IMPORT, {"file": file})).output)
    said = {name: taken[name] for name in ("dataset", "rows_read", "rows_rejected")}
    session.terminal.note("cli.call.imported", file=file.name, **said)


def _for_the_tool(shared: Mapping[str, str], tool: Tool) -> list[str]:
    """Return the door's options that are fields of the tool as well: they are meant for it."""
    own = {name: value for name, value in shared.items() if name in tool.input.model_fields}
    if "language" not in own:
        must_be_spoken(shared["language"])
    return [word for name, value in own.items() if value for word in (f"--{name}", value)]


def _blob(stack: contextlib.ExitStack, session: Session, given: str) -> Blob:
    path = stack.enter_context(files.readable(given, bytes_max=session.settings.file_bytes_max))
    return Blob.from_path(path)


def _input(given: str) -> dict[str, Any]:
    if not given:
        return {}
    value = _json(given)
    if not isinstance(value, dict):
        raise InvalidInput("cli.not_object")
    return value


def _json(given: str) -> Any:
    """Read JSON that was typed, lies in a file (`@file.json`) or comes in (`-`)."""
    text = given
    if given == files.STANDARD_INPUT:
        text = sys.stdin.read(INPUT_BYTES_MAX)
    elif given.startswith("@"):
        with files.existing(given[1:]).open(encoding="utf-8", errors="replace") as stream:
            text = stream.read(INPUT_BYTES_MAX)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        problem = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise InvalidInput("cli.not_json", problem=problem) from None


def _deliver(reply: Reply, target: Path | None, terminal: Terminal, *, as_json: bool) -> int:
    output = reply.output
    if isinstance(output, Blob):
        _keep(output, target, terminal)
    elif target is not None:
        write(target, results.text_of(results.plain(output)).encode())
        terminal.note("cli.wrote", path=str(target))
    if as_json:
        terminal.raw(results.text_of(_envelope(reply, terminal.language)))
    elif target is None and not isinstance(output, Blob):
        results.show(output, terminal)
    terminal.note("cli.call.recorded", event=str(reply.event_id))
    return 0


def _keep(blob: Blob, target: Path | None, terminal: Terminal) -> None:
    assert target is not None, "checked before the call"
    with blob.open() as stream:
        write(target, stream)
    terminal.note("cli.wrote", path=str(target))


def _envelope(reply: Reply, language: str) -> dict[str, Any]:
    output = reply.output
    kept = {"name": output.name, "size": output.size} if isinstance(output, Blob) else None
    return {
        "call_id": str(reply.call_id),
        "event_id": str(reply.event_id),
        "from_cache": reply.from_cache,
        "repeated": reply.repeated,
        "output": kept or results.worded(results.plain(output), language),
    }
