"""Where a command is done: by the server that this person signed in to, or here."""

from typing import Annotated, Any

import typer


def _stay(context: typer.Context, wanted: bool) -> bool:
    sessions: Any = context.obj
    if wanted and sessions is not None:
        sessions.is_local = True
    return wanted


Local = Annotated[bool, typer.Option("--local", help="cli.option.local", callback=_stay)]
"""The option. It takes effect when it is read, so a command need not look at it."""
