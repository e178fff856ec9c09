import dataclasses
import shlex
from typing import Any

import pytest

from morello.doors.cli.commands.fields import fields_of
from morello.doors.cli.commands.guide import example
from morello.kernel.tool import Tool


def test_a_tool_s_help_shows_its_fields(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell("call", "data.preview", "--help") == 0
    shown = capsys.readouterr().out
    assert "Show the first rows." in shown
    assert "The dataset. [required]" in shown
    assert "[default: 10]" in shown
    assert "read_data" in shown
    assert shell("call", "data.preview", "--help", "--language", "ko") == 0
    assert "첫 행들을 보여줍니다." in capsys.readouterr().out


def test_its_last_line_is_an_example_that_runs(
    shell: Any, capsys: pytest.CaptureFixture[str], preview_tool: Tool
) -> None:
    assert shell("call", "data.preview", "--help") == 0
    program, *words = shlex.split(capsys.readouterr().out.strip().splitlines()[-1])
    assert program == "morello"
    assert shell(*words) == 0
    assert shell.calls[-1].given == {
        "data": "orders",
        "rows_max": "3",
        "filter": {"branch": "Harbour"},
    }


def test_a_file_of_the_example_is_the_sample_s(shell: Any) -> None:
    found = shell.installation.registry.find("data.import", None)
    words = example(found, fields_of(found.input))
    assert "--with sample:orders" in words
    assert "--name orders" in words


def test_a_pasted_file_is_given_as_json(shell: Any) -> None:
    found = shell.installation.registry.find("audit.verify", None)
    program, *words = shlex.split(example(found, fields_of(found.input)))
    assert program == "morello"
    assert shell(*words) == 0
    assert shell.calls[0].given == {"receipt": "proof\n", "key": "k"}


def test_a_dataset_that_is_not_at_hand_is_replaced(
    preview_tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = dataclasses.replace(preview_tool, example={"data": "tiny"})
    words = example(other, fields_of(other.input))
    assert words == "morello call data.preview --with sample:orders --data orders"
