"""The program `morello`: hands the command-line door a way to open an installation."""

import sys

from morello.kernel.protocols.installation import Installation
from morello.kernel.settings import Settings


def _open(settings: Settings) -> Installation:
    from morello.app import build  # noqa: PLC0415 - help and completion do not need it

    return build(settings)


def main() -> None:
    """Run the command line."""
    from morello.doors.cli.program import run  # noqa: PLC0415 - so that Ctrl-C is ours early

    sys.exit(run(_open))


if __name__ == "__main__":
    main()
