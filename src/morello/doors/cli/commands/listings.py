"""`morello tools` and `morello settings`: what there is, and what was chosen."""

from typing import Annotated, Any

import typer

from morello.doors.cli import results
from morello.doors.cli.language import Language
from morello.doors.cli.session import Session, Sessions
from morello.kernel.messages import in_language

TOOLS_EXAMPLE = "morello tools"
SETTINGS_EXAMPLE = "morello settings"

_Json = Annotated[bool, typer.Option("--json", help="cli.option.json")]


def tools(context: typer.Context, *, as_json: _Json = False, language: Language = "") -> int:  # noqa: ARG001 - read before: see language.py
    """List every tool."""
    sessions: Sessions = context.obj

    async def work(session: Session) -> int:
        terminal = session.terminal
        listed = session.tools()
        if as_json:
            terminal.raw(
                results.text_of(
                    [
                        {
                            "name": each.name,
                            "title": in_language(each.title, terminal.language),
                            "effect": each.effect,
                            "cost": each.cost,
                            "permission": each.permission,
                            "provider": each.provider,
                        }
                        for each in listed
                    ]
                )
            )
            return 0
        rows = [
            (each.name, each.effect, in_language(each.title, terminal.language)) for each in listed
        ]
        headings = [terminal.words(f"cli.tools.{each}") for each in ("name", "effect", "title")]
        terminal.table(headings, rows)
        terminal.note("cli.tools.next")
        return 0

    return sessions.run(work)


def settings(context: typer.Context, *, as_json: _Json = False, language: Language = "") -> int:  # noqa: ARG001 - read before: see language.py
    """Show each setting, its value, and where it came from."""
    sessions: Sessions = context.obj
    terminal, chosen = sessions.terminal, sessions.settings
    shown: list[dict[str, Any]] = [
        {
            "name": name,
            "value": value,
            "origin": chosen.origin(name),
            "description": str(type(chosen).model_fields[name].description),
        }
        for name, value in chosen.model_dump(mode="json").items()
    ]
    if as_json:
        terminal.raw(results.text_of(shown))
        return 0
    headings = [
        terminal.words(f"cli.settings.{each}") for each in ("name", "value", "origin", "meaning")
    ]
    default = terminal.words("cli.settings.default")
    terminal.table(
        headings,
        [
            (
                each["name"],
                str(each["value"]),
                default if each["origin"] == "default" else each["origin"],
                each["description"],
            )
            for each in shown
        ],
    )
    terminal.note("cli.settings.next")
    return 0
