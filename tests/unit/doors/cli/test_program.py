import json
from pathlib import Path
from typing import Any

import pytest

from morello.doors.cli.program import run
from morello.kernel.errors import (
    Busy,
    Cancelled,
    Fault,
    Forbidden,
    MorelloError,
    NotFound,
    ProofFailed,
    TimedOut,
)


def raising(shell: Any, error: BaseException) -> None:
    def raise_it(_: Any) -> None:
        raise error

    shell.installation.caller.before = raise_it


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Forbidden(), 2),
        (NotFound("dataset", name="x"), 2),
        (Busy(), 2),
        (ProofFailed(), 1),
        (TimedOut(), 3),
        (Fault("unexpected"), 3),
        (Cancelled(), 130),
        (KeyboardInterrupt(), 130),
        (ValueError("a defect"), 3),
        (BrokenPipeError(), 141),
    ],
)
def test_each_error_has_its_exit_code_and_none_a_traceback(
    shell: Any,
    error: BaseException,
    code: int,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.dup2", lambda *_: None)
    raising(shell, error)
    assert shell("call", "fake.anything") == code
    said = capfd.readouterr().err
    assert "Traceback" not in said
    if isinstance(error, MorelloError) and not isinstance(error, Cancelled):
        assert said.strip()


def test_our_fault_names_the_call_and_keeps_the_cause(
    shell: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(shell, ValueError("a defect"))
    assert shell("call", "fake.anything") == 3
    said = capsys.readouterr().err
    assert str(shell.calls[0].call_id) in said
    assert "a defect" not in said


def test_an_interrupt_says_that_nothing_was_kept(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(shell, Cancelled())
    assert shell("call", "fake.anything") == 130
    assert capsys.readouterr().err == "Stopped. Nothing was kept.\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("anlyze", "analyze"),
        ("analyze", "FILE"),
        ("orders.csv", "analyze orders.csv"),
        ("wxyz", "verify"),
        ("tools --jsno", "--json"),
        ("tools --zzz", "--zzz"),
        ("call data.previw", "data.preview"),
        ("call fake.anything --approval x", "x"),
        ("tools --language kr", "en, ko"),
        ("call fake.anything --language kr", "en, ko"),
    ],
)
def test_a_slip_is_met_with_the_nearest_right_word(
    shell: Any, orders: Path, line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell(*line.split()) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_help_opens_nothing(
    shell: Any, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell(*arguments) == 0
    assert "morello analyze sample:orders" in capsys.readouterr().out
    assert shell.opened == []


def test_the_version(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell("--version") == 0
    assert capsys.readouterr().out.startswith("morello 0.")


@pytest.mark.parametrize(
    "environment", [{"MORELLO_LANGUAGE": "ko"}, {"LC_ALL": "ko_KR.UTF-8"}, {"LANG": "ko"}]
)
def test_the_reader_s_language(
    shell: Any,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert shell("tools", "--help") == 0
    assert "모든 도구의 목록을 보여줍니다." in capsys.readouterr().out


def test_the_settings_file_chooses_the_language(
    shell: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text('language = "ko"\n')
    assert shell("tools") == 0
    assert "시험용 도구입니다." in capsys.readouterr().out


def test_a_wrong_setting_is_the_caller_s_mistake(
    shell: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MORELLO_WORKERS", "many")
    assert shell("tools") == 2
    assert "Traceback" not in capsys.readouterr().err


def test_tool_names_are_completed(
    shell: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_MORELLO_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "morello call data.")
    monkeypatch.setenv("COMP_CWORD", "2")
    with pytest.raises(SystemExit):
        run(shell.open, ())
    assert capsys.readouterr().out.split() == ["data.import", "data.preview"]


def test_tools_and_settings_speak_json(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell("tools", "--json") == 0
    assert {"name", "title", "effect"} <= set(json.loads(capsys.readouterr().out)[0])
    assert shell("settings", "--json") == 0
    shown = {each["name"]: each for each in json.loads(capsys.readouterr().out)}
    assert shown["home"]["origin"] == "MORELLO_HOME"
