"""Which language to answer in: asked for, set, or the shell's."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from morello.kernel.errors import InvalidInput
from morello.kernel.messages import DEFAULT_LANGUAGE, LANGUAGES

_OPTION = "--language"


def chosen(arguments: Sequence[str], setting: str | None, environment: Mapping[str, str]) -> str:
    """Return the language of `--language`, of the settings, of the locale, or English.

    The option is looked for before the command line is parsed, because help and the complaints
    about a wrong command line are already said in it.
    """
    for wanted in (_asked(arguments), setting, _locale(environment)):
        if wanted in LANGUAGES:
            return wanted
    return DEFAULT_LANGUAGE


def must_be_spoken(wanted: str) -> str:
    """Return a language that was asked for, or none. Raises InvalidInput for one not spoken."""
    if wanted and wanted not in LANGUAGES:
        raise InvalidInput("cli.language", name=wanted, names=list(LANGUAGES))
    return wanted


def _asked(arguments: Sequence[str]) -> str | None:
    for index, argument in enumerate(arguments):
        if argument == "--":
            return None
        if argument.startswith(f"{_OPTION}="):
            return argument.partition("=")[2]
        if argument == _OPTION:
            return next(iter(arguments[index + 1 :]), None)
    return None


def _locale(environment: Mapping[str, str]) -> str | None:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(variable)
        if value:
            return value.partition("_")[0].partition(".")[0].lower()
    return None


Language = Annotated[
    str,
    typer.Option("--language", help="cli.option.language", callback=must_be_spoken),
]
"""The option. Its value was read by `chosen` before; here it is only checked."""
