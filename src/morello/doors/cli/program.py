"""The program: reads a command line, runs the command, and turns what went wrong into words."""

import contextlib
import difflib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from morello.doors.cli.commands import analyze, call, listings, login, status, up, verify
from morello.doors.cli.fault_log import FaultLog
from morello.doors.cli.help import Command, Group
from morello.doors.cli.language import Language, chosen
from morello.doors.cli.session import Sessions
from morello.doors.cli.terminal import Terminal, be_forgiving
from morello.kernel.errors import (
    Cancelled,
    Fault,
    InvalidInput,
    MorelloError,
    ProofFailed,
    Unavailable,
)
from morello.kernel.protocols.installation import Installation
from morello.kernel.protocols.server import Server
from morello.kernel.settings import Settings
from morello.storage.disk import is_disk_full

_EXAMPLE = "morello analyze sample:orders"

DONE, NOT_PROVEN, CALLERS_MISTAKE, OUR_FAULT = 0, 1, 2, 3
INTERRUPTED = 130
PIPE_CLOSED = 141
_FAULT_STATUS = 500


class _Commands(Group):
    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find a command. Raises InvalidInput, naming those that are spelled alike."""
        name = args[0]
        if ctx.resilient_parsing or name.startswith("-") or name in self.commands:
            return super().resolve_command(ctx, args)
        similar = difflib.get_close_matches(name, self.commands, n=3, cutoff=0.5)
        if not similar:
            with contextlib.suppress(OSError):
                similar = [f"analyze {name}"] if Path(name).is_file() else list(self.commands)
        raise InvalidInput("cli.command", name=name, similar=similar)


def run(
    open_installation: Callable[[Settings], Installation],
    arguments: Sequence[str] | None = None,
    open_server: Callable[[Settings], Server] | None = None,
) -> int:
    """Run one command line; return its exit code.

    0 done; 1 a receipt does not hold; 2 the caller's mistake; 3 our fault; 130 interrupted.
    `open_installation` and `open_server` are called only by a command that needs them.
    """
    be_forgiving()
    given = list(sys.argv[1:] if arguments is None else arguments)
    terminal = Terminal(chosen(given, os.environ.get("MORELLO_LANGUAGE"), os.environ))
    sessions: Sessions | None = None
    try:
        settings = Settings.load()
        if settings.origin("language") != "default":
            terminal.language = chosen(given, settings.language, os.environ)
        sessions = Sessions(open_installation, settings, terminal, open_server)
        code = _run(sessions, given)
        sys.stdout.flush()
    except BrokenPipeError:
        return _pipe_closed()
    except KeyboardInterrupt:
        return _interrupted(terminal)
    except MorelloError as error:
        return _explain(error, terminal, sessions)
    except Exception as error:  # noqa: BLE001 - the last resort: never a traceback
        return _fault(error, terminal, sessions)
    return code


def _run(sessions: Sessions, given: list[str]) -> int:
    command = typer.main.get_command(_program())
    try:
        code = command.main(given, prog_name="morello", standalone_mode=False, obj=sessions)
    except typer.TyperException as error:
        raise _in_our_words(error) from None
    except typer.Abort:
        raise KeyboardInterrupt from None
    return code if isinstance(code, int) else DONE


def _program() -> typer.Typer:
    program = typer.Typer(
        cls=_Commands,
        help="cli.about",
        epilog=_EXAMPLE,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    program.callback(invoke_without_command=True)(_main)
    for name, function, example in (
        ("analyze", analyze.analyze, analyze.EXAMPLE),
        ("verify", verify.verify, verify.EXAMPLE),
        ("tools", listings.tools, listings.TOOLS_EXAMPLE),
        ("settings", listings.settings, listings.SETTINGS_EXAMPLE),
        ("up", up.up, up.EXAMPLE),
        ("status", status.status, status.EXAMPLE),
        ("login", login.login, login.EXAMPLE),
        ("logout", login.logout, login.LOGOUT_EXAMPLE),
    ):
        program.command(name, cls=Command, help=f"cli.{name}", epilog=example)(function)
    program.command(
        "call",
        cls=Command,
        help="cli.call",
        epilog=call.EXAMPLE,
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )(call.call)
    return program


def _main(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="cli.option.version")] = False,
    language: Language = "",  # noqa: ARG001 - read before: see language.py
) -> None:
    """Show the version, or the help when no command is given."""
    if version:
        from importlib.metadata import version as version_of  # noqa: PLC0415 - rarely wanted

        typer.echo(f"morello {version_of('morello')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        context.get_help()


def _in_our_words(error: typer.TyperException) -> InvalidInput:
    """Turn the parser's complaint into ours; one that we do not know keeps its own sentence."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "morello"
    option = getattr(error, "option_name", None)
    similar = getattr(error, "possibilities", None)
    if option is not None and not hasattr(error, "param"):
        if similar:
            return InvalidInput("cli.option_like", name=option, similar=similar, command=command)
        if hasattr(error, "possibilities"):
            return InvalidInput("cli.option", name=option, command=command)
    return InvalidInput("cli.usage", problem=error.format_message(), command=command)


def _explain(error: MorelloError, terminal: Terminal, sessions: Sessions | None) -> int:
    if isinstance(error, Cancelled):
        return _interrupted(terminal)
    terminal.error(error)
    is_here = sessions is None or sessions.is_local
    if error.message.id == "error.not_found.dataset" and is_here:
        terminal.problem("cli.hint.with")
    if error.status < _FAULT_STATUS:
        return NOT_PROVEN if isinstance(error, ProofFailed) else CALLERS_MISTAKE
    _name_call(terminal, sessions)
    return OUR_FAULT


def _fault(error: Exception, terminal: Terminal, sessions: Sessions | None) -> int:
    """Keep what happened for whoever mends it, and say where."""
    if sessions is not None:
        FaultLog(sessions.settings.home).keep(error)
    terminal.error(Unavailable("disk_full") if is_disk_full(error) else Fault("cli.unexpected"))
    _name_call(terminal, sessions)
    return OUR_FAULT


def _name_call(terminal: Terminal, sessions: Sessions | None) -> None:
    if sessions is not None and sessions.last_call is not None:
        log = FaultLog(sessions.settings.home)
        form = "logged" if log.is_written else "call"
        terminal.problem(f"cli.fault.{form}", call=str(sessions.last_call), log=str(log.path))


def _interrupted(terminal: Terminal) -> int:
    terminal.problem("cli.interrupted")
    return INTERRUPTED


def _pipe_closed() -> int:
    """Stay quiet when the reader of our output has gone; nothing more can be written to it."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    return PIPE_CLOSED
