"""Help: the same words and the same shape for every command, in the reader's language."""

from collections.abc import Iterator
from typing import Any

from typer.core import TyperCommand, TyperGroup

from morello.doors.cli.terminal import Terminal


def explain(command: Any, context: Any, terminal: Terminal) -> None:
    """Print what a command does, what it takes, and an example that works as it stands."""
    terminal.say("cli.help.usage", style="bold", usage=_usage(command, context))
    terminal.line()
    terminal.say(command.help)
    for heading, rows in _sections(command, context, terminal):
        if rows:
            terminal.line()
            terminal.say(heading, style="bold")
            terminal.columns(rows)
    terminal.line()
    terminal.say("cli.example", style="bold")
    terminal.line(f"  {command.epilog}")


def _usage(command: Any, context: Any) -> str:
    if getattr(command, "commands", None):
        return f"{context.command_path} COMMAND …"
    names = [each.metavar for each in command.params if each.param_type_name == "argument"]
    return " ".join([context.command_path, *names, "[…]"])


def _sections(
    command: Any, context: Any, terminal: Terminal
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    shown = [each for each in command.get_params(context) if not getattr(each, "hidden", False)]
    arguments = [each for each in shown if each.param_type_name == "argument"]
    options = [each for each in shown if each.param_type_name == "option"]
    yield "cli.help.arguments", [(each.metavar, terminal.words(each.help)) for each in arguments]
    yield "cli.help.options", [(_option(each), _meaning(each, terminal)) for each in options]
    commands = getattr(command, "commands", {})
    yield "cli.help.commands", [(name, terminal.words(commands[name].help)) for name in commands]


def _option(option: Any) -> str:
    names = ", ".join(sorted(option.opts, key=len))
    return names + ("" if option.is_flag else f" {option.metavar or '…'}")


def _meaning(option: Any, terminal: Terminal) -> str:
    if option.help.startswith("cli."):
        return terminal.words(option.help)
    return terminal.words(f"cli.option.{option.name}")


class Command(TyperCommand):
    """A command whose help is ours."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - typer's signature
        """Print the help."""
        explain(self, ctx, ctx.obj.terminal)


class Group(TyperGroup):
    """A group of commands whose help is ours."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - typer's signature
        """Print the help."""
        explain(self, ctx, ctx.obj.terminal)
