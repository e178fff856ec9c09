import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from morello.kernel.ids import new_id


def output(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_fields_are_options(shell: Any) -> None:
    assert shell("call", "data.preview", "--data", "orders@ab", "--rows-max", "3") == 0
    assert shell.calls[0].given == {"data": "orders@ab", "rows_max": "3"}


def test_options_win_over_the_input(shell: Any) -> None:
    given = '{"data": "a", "rows_max": 1}'
    assert shell("call", "data.preview", "--input", given, "--data", "b") == 0
    assert shell.calls[0].given == {"data": "b", "rows_max": 1}


def test_the_input_may_lie_in_a_file_or_come_in(
    shell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in.json").write_text('{"x": 1}')
    assert shell("call", "fake.anything", "--input", "@in.json") == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"x": 2}'))
    assert shell("call", "fake.anything", "--input", "-") == 0
    assert [call.given for call in shell.calls] == [{"x": 1}, {"x": 2}]


@pytest.mark.parametrize("given", ["{", "[1]", "@nothing.json", "[" * 100_000])
def test_an_input_that_is_none_is_refused(
    shell: Any, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell("call", "fake.anything", "--input", given) == 2
    assert shell.calls == []


def test_files_are_imported_first(
    shell: Any, orders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell("call", "data.preview", "--with", "orders.csv", "--data", "orders") == 0
    imported, asked = shell.calls
    assert imported.tool == "data.import"
    assert imported.given["file"].path == Path("orders.csv")
    assert asked.tool == "data.preview"
    assert "orders.csv is the dataset orders: 1 row read" in capsys.readouterr().err


def test_a_file_field_takes_a_path(shell: Any, orders: Path) -> None:
    assert shell("call", "data.import", "--file", "orders.csv", "--name", "x") == 0
    assert shell.calls[0].given["file"].size == orders.stat().st_size


def test_json_names_the_record(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell("call", "fake.anything", "--input", '{"x": 1}', "--json", "--quiet") == 0
    shown = output(capsys)
    assert shown["output"] == {"x": 1}
    assert shown["call_id"] == str(shell.calls[0].call_id)
    assert shown["event_id"]


def test_a_file_is_written_where_it_should(shell: Any, tmp_path: Path) -> None:
    assert shell("call", "insights.report", "--out", "r.html") == 0
    assert (tmp_path / "r.html").read_text() == "<p>report</p>"


def test_a_file_without_a_place_is_refused_before_it_is_made(shell: Any) -> None:
    assert shell("call", "insights.report") == 2
    assert shell.calls == []


def test_any_answer_may_be_written(shell: Any, tmp_path: Path) -> None:
    assert shell("call", "fake.anything", "--input", '{"x": 1}', "--out", "a.json") == 0
    assert json.loads((tmp_path / "a.json").read_text()) == {"x": 1}


def test_approval_and_idempotency_key_travel(shell: Any) -> None:
    approval = new_id()
    options = ("--approval", str(approval), "--idempotency-key", "k")
    assert shell("call", "fake.anything", *options) == 0
    assert shell.calls[0].approval == approval
    assert shell.calls[0].idempotency_key == "k"


def test_an_approval_that_is_a_field_is_the_tool_s(shell: Any) -> None:
    approval = str(new_id())
    assert shell("call", "fake.decide", "--approval", approval) == 0
    assert shell.calls[0].given == {"approval": approval}
    assert shell.calls[0].approval is None


def test_the_language_is_the_tool_s_too(shell: Any) -> None:
    assert shell("call", "data.preview", "--data", "a", "--language", "ko") == 0
    assert shell.calls[0].given["language"] == "ko"
    assert shell("call", "fake.anything", "--language", "ko") == 0
    assert shell.calls[1].given == {}


def test_without_a_tool_it_says_how(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell("call") == 2
    assert "ROOM.VERB" in capsys.readouterr().out
