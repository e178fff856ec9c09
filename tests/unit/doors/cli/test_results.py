import pytest
from pydantic import BaseModel

from morello.doors.cli import results
from morello.doors.cli.terminal import Terminal
from morello.kernel.messages import Message
from morello.kernel.values import Column, Table


class Line(BaseModel):
    name: str
    size: float | None


class Rejected(BaseModel):
    line: int
    why: Message


class Answer(BaseModel):
    said: Message = Message(id="cli.example")
    lines: list[Line] = [Line(name="a", size=1234.5), Line(name="b", size=None)]
    rejected: list[Rejected] = [Rejected(line=7, why=Message(id="cli.kind.file"))]
    table: Table = Table(columns=[Column(name="n", type="int64")], rows=[[12345]])
    nested: dict[str, Message] = {"why": Message(id="cli.interrupted")}


def test_people_get_tables_and_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    results.show(Answer(), Terminal("en"))
    shown = capsys.readouterr().out
    assert "Example:" in shown
    assert "1,234" in shown
    assert "12,345" not in shown, "whole numbers of a table are copied, not grouped"
    assert "12345" in shown
    assert "7   path of a file" in shown, "a message in a table is its words"
    assert '"why": "Stopped. Nothing was kept."' in shown


def test_programs_get_ids_and_words() -> None:
    worded = results.worded({"a": [{"id": "cli.example", "parameters": {}}]}, "ko")
    assert worded == {"a": [{"id": "cli.example", "parameters": {}, "text": "예:"}]}


def test_a_message_within_a_message_is_rendered_once() -> None:
    inner = {"id": "cli.kind.file", "parameters": {}}
    outer = {"id": "cli.guide.many", "parameters": {"kind": inner}}
    assert results.worded(outer, "en")["text"] == "path of a file, repeatable"


def test_infinities_are_texts() -> None:
    table = Table(columns=[Column(name="x", type="double")], rows=[[float("inf")]])
    assert results.plain(table)["rows"] == [["Infinity"]]


def test_a_long_cell_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(
        columns=[Column(name="x", type="string")], rows=[["y" * 1000], [float("nan")], [0.25]]
    )
    results.show(table, Terminal("en"))
    shown = capsys.readouterr().out
    assert shown.count("y") == 200
    assert "nan" in shown
