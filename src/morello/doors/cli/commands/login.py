"""`morello login` and `morello logout`: which server commands go to, and as whom."""

import os
import sys
import urllib.parse
from typing import Annotated

import typer

from morello.doors.cli import results
from morello.doors.cli.language import Language
from morello.doors.cli.remote.logins import Login, Logins, server_url
from morello.doors.cli.session import Sessions
from morello.doors.cli.terminal import Terminal
from morello.kernel.errors import InvalidInput

EXAMPLE = "morello login --show"
LOGOUT_EXAMPLE = "morello logout"
_VARIABLE = "MORELLO_KEY"
_KEY_LENGTH_MAX = 4_000


def login(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="cli.login.url")] = "",
    *,
    shows: Annotated[bool, typer.Option("--show", help="cli.login.show")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="cli.option.json")] = False,
    language: Language = "",  # noqa: ARG001 - read before: see language.py
) -> int:
    """Sign in to a server, or show where one is signed in."""
    sessions: Sessions = context.obj
    if shows or not url:
        _show(sessions.logins, sessions.terminal, as_json=as_json)
        return 0
    import asyncio  # noqa: PLC0415 - help needs no loop

    from morello.doors.cli.remote.entering import entered  # noqa: PLC0415 - HTTP is for who signs in

    server, token = _parts(url)
    if not token:
        shown = _key(sessions.terminal)
        token = _parts(shown)[1] if "?" in shown else shown
    found = asyncio.run(entered(server, token, sessions.terminal.language))
    sessions.logins.keep(found)
    sessions.terminal.say("cli.login.done", url=found.url, name=found.name)
    return 0


def logout(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="cli.logout.url")] = "",
    *,
    language: Language = "",  # noqa: ARG001 - read before: see language.py
) -> int:
    """Forget a server and what opens it."""
    sessions: Sessions = context.obj
    wanted = server_url(url) if url else ""
    gone = sessions.logins.forget(wanted)
    if gone is not None:
        sessions.terminal.say("cli.login.out", url=gone.url)
    elif wanted:
        raise InvalidInput("cli.no_login", url=wanted)
    else:
        sessions.terminal.say("cli.login.none")
    return 0


def _parts(given: str) -> tuple[str, str]:
    """Return a server's address, and the token when it came as a one-time link."""
    address, _, query = given.strip().partition("?")
    token = urllib.parse.parse_qs(query).get("link", [""])[0]
    return server_url(address), token


def _key(terminal: Terminal) -> str:
    """Take the key from the environment, a pipe, or the keyboard: never from the command line."""
    given = os.environ.get(_VARIABLE, "")
    if not given and sys.stdin.isatty():
        import getpass  # noqa: PLC0415 - only who types one

        given = getpass.getpass(terminal.words("cli.login.ask"))
    elif not given:
        given = sys.stdin.readline(_KEY_LENGTH_MAX)
    if not given.strip():
        raise InvalidInput("cli.no_key")
    return given.strip()


def _show(logins: Logins, terminal: Terminal, *, as_json: bool) -> None:
    current, known = logins.current, logins.all()
    rows = [(each, current is not None and each.url == current.url) for each in known]
    if as_json:
        terminal.raw(results.text_of([_plain(each, is_current) for each, is_current in rows]))
    elif not known:
        terminal.say("cli.login.none")
    else:
        headings = ("current", "server", "organization", "name")
        terminal.table(
            [terminal.words(f"cli.login.{each}") for each in headings],
            [("*" if now else "", each.url, each.organization, each.name) for each, now in rows],
        )
        if current is None:
            terminal.note("cli.login.here")


def _plain(login: Login, is_current: bool) -> dict[str, object]:
    return {
        "url": login.url,
        "organization": login.organization,
        "name": login.name,
        "current": is_current,
    }
