import json
from pathlib import Path
from typing import Any

import pytest

from morello.kernel.errors import Cancelled


def test_a_file_is_analysed_under_its_own_name(shell: Any, orders: Path) -> None:
    assert shell("analyze", "orders.csv") == 0
    (call,) = shell.calls
    assert call.tool == "insights.analyze_file"
    assert "name" not in call.given
    assert call.given["file"].path == Path("orders.csv")


def test_a_name_may_be_given(shell: Any, orders: Path) -> None:
    assert shell("analyze", "orders.csv", "--name", "till") == 0
    assert shell.calls[0].given["name"] == "till"


def test_json_is_one_object_with_words(
    shell: Any, orders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell("analyze", "orders.csv", "--json") == 0
    whole = json.loads(capsys.readouterr().out)
    assert {
        "outliers",
        "patterns",
        "model_suggestions",
        "business_insights",
        "quality",
        "rows_read",
        "rows_rejected",
        "tests_made",
        "notes",
        "dataset",
        "version",
        "receipt",
    } <= set(whole)
    assert whole["outliers"][0]["message"] == {
        "id": "fake.one",
        "parameters": {"share": 0.5},
        "text": "fake.one",
    }


def test_report_and_receipt_are_written_and_named(
    shell: Any, orders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell("analyze", "orders.csv", "--out", "r.html", "--receipt", "r.tlog") == 0
    assert (tmp_path / "r.html").read_text() == "<p>report</p>"
    assert (tmp_path / "r.tlog").read_text() == "proof\n"
    assert (tmp_path / "r.tlog.evidence.json").read_text() == '{"event":"x"}'
    assert [call.tool for call in shell.calls] == [
        "insights.analyze_file",
        "insights.report",
        "audit.receipt",
    ]
    assert shell.calls[1].given["data"] == f"orders@{'ab' * 32}"
    assert "morello verify" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [
        ("--out", "orders.csv"),
        ("--receipt", "./orders.csv"),
        ("--out", "x", "--receipt", "x"),
        ("--out", "x.evidence.json", "--receipt", "x"),
        ("--out", "nowhere/r.html"),
        ("--out", "."),
    ],
)
def test_a_wrong_place_is_refused_before_anything_runs(
    shell: Any, orders: Path, options: tuple[str, ...]
) -> None:
    before = orders.read_bytes()
    assert shell("analyze", "orders.csv", *options) == 2
    assert shell.calls == []
    assert orders.read_bytes() == before


def test_a_cancelled_analysis_writes_nothing(shell: Any, orders: Path, tmp_path: Path) -> None:
    def cancel(_: Any) -> None:
        raise Cancelled

    shell.installation.caller.before = cancel
    assert shell("analyze", "orders.csv", "--out", "r.html") == 130
    assert not (tmp_path / "r.html").exists()


def test_quiet_leaves_the_answer(
    shell: Any, orders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell("analyze", "orders.csv", "--quiet", "--out", "r.html") == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "fake.three" in captured.out
