import shlex
from typing import Any

import pytest

from morello.kernel.messages import LANGUAGES

COMMANDS = ("analyze", "verify", "call", "tools", "settings")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_help_ends_with_an_example_that_works(
    shell: Any,
    command: str,
    language: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = [*command.split(), "--help", "--language", language]
    assert shell(*arguments) == 0
    shown = capsys.readouterr().out
    assert "cli." not in shown, "every text is in the catalog"
    program, *words = shlex.split(shown.strip().splitlines()[-1])
    assert program == "morello"
    if words[0] == "verify":
        assert shell("analyze", "sample:orders", "--receipt", "orders.tlog") == 0
    assert shell(*words) == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_a_help_names_every_option(
    shell: Any, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell(command, "--help") == 0
    shown = capsys.readouterr().out
    assert "--language" in shown
    assert "--help" in shown
