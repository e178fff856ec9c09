"""`morello up`: starts the server of the home folder, and stays until it is stopped."""

from typing import Annotated

import typer

from morello.doors.cli.language import Language
from morello.doors.cli.session import Sessions
from morello.doors.cli.terminal import Terminal
from morello.kernel.messages import Message, render

EXAMPLE = "morello up"


class _Audience:
    """Shows what the server tells: on the way beside the answer, the way in as the answer."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def preparing(self, message: Message) -> None:
        """Show what it is doing."""
        self._terminal.note(message.id, **message.parameters)

    def ready(self, message: Message) -> None:
        """Show how to get in."""
        self._terminal.raw(render(message, self._terminal.language))
        self._terminal.flush()


def up(
    context: typer.Context,
    *,
    link: Annotated[bool, typer.Option("--link", help="cli.option.link")] = False,
    language: Language = "",  # noqa: ARG001 - read before: see language.py
) -> int:
    """Start the server."""
    import asyncio  # noqa: PLC0415 - help needs no loop

    sessions: Sessions = context.obj
    asyncio.run(sessions.server().up(_Audience(sessions.terminal), wants_link=link))
    return 0
