import os

import pytest
from hypothesis import given
from hypothesis import strategies as some

from morello.doors.cli.terminal import Terminal, harmless
from morello.kernel.errors import InvalidInput


@given(some.text())
def test_no_control_character_reaches_the_terminal(text: str) -> None:
    shown = harmless(text)
    assert all(each.isprintable() or each in "\t\n" or ord(each) > 0x9F for each in shown)


def test_answers_and_errors_go_apart(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal("en")
    terminal.say("cli.example")
    terminal.error(InvalidInput("cli.no_fields"))
    captured = capsys.readouterr()
    assert captured.out == "Example:\n"
    assert captured.err == "This tool takes no fields.\nCall it without.\n"


def test_a_quiet_terminal_still_answers_and_complains(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal("en", quiet=True)
    terminal.say("cli.example")
    terminal.note("cli.tools.next")
    terminal.problem("cli.interrupted")
    captured = capsys.readouterr()
    assert captured.out == "Example:\n"
    assert captured.err == "Stopped. Nothing was kept.\n"


def test_data_is_no_markup_and_nothing_piped_is_wrapped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    text = "[bold]:smile: " + "x" * 300
    Terminal("en").line(text, indent=2)
    assert capsys.readouterr().out == f"  {text}\n"


def test_a_narrow_terminal_folds_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    Terminal("en").table(["a", "b"], [["x" * 50, "1"]], right=[1])
    shown = capsys.readouterr().out
    assert max(len(line) for line in shown.splitlines()) <= 20
    assert shown.count("x") == 50


def test_a_reader_that_left_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as gone:
        monkeypatch.setattr("sys.stdout", gone)
        with pytest.raises(BrokenPipeError):
            Terminal("en").line("x")
        monkeypatch.undo()
        os.dup2(os.open(os.devnull, os.O_WRONLY), write)


def test_an_item_wraps_right_of_its_mark(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("FORCE_COLOR", "1")
    Terminal("en").item("1.", "one two three four five six seven")
    lines = capsys.readouterr().out.splitlines()
    assert [each.rstrip() for each in lines] == ["  1. one two three four five", "     six seven"]
