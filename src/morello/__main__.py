"""The program `morello`: hands the command-line door ways to open an installation and a server."""

import sys

from morello.kernel.protocols.installation import Installation
from morello.kernel.protocols.server import Server
from morello.kernel.settings import Settings


def _open(settings: Settings) -> Installation:
    from morello.app import build  # noqa: PLC0415 - help and completion do not need it

    return build(settings)


def _server(settings: Settings) -> Server:
    from morello.app.server.supervisor import Supervisor  # noqa: PLC0415 - most commands need none

    return Supervisor(settings)


def main() -> None:
    """Run the command line."""
    from morello.doors.cli.program import run  # noqa: PLC0415 - so that Ctrl-C is ours early

    sys.exit(run(_open, open_server=_server))


if __name__ == "__main__":
    main()
