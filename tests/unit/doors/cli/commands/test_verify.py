import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    path = tmp_path / "r.tlog"
    path.write_text("proof\n")
    return path


def test_a_receipt_that_holds(
    shell: Any, receipt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell("verify", "r.tlog") == 0
    shown = capsys.readouterr().out
    assert "This receipt holds." in shown
    assert "Not proven:" in shown
    assert set(shell.calls[0].given) == {"receipt"}


def test_a_receipt_that_does_not(
    shell: Any, receipt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt.write_text("forged\n")
    assert shell("verify", "r.tlog") == 1
    assert "does not hold" in capsys.readouterr().out


def test_evidence_beside_it_is_found_and_other_may_be_named(
    shell: Any, receipt: Path, tmp_path: Path, orders: Path
) -> None:
    (tmp_path / "r.tlog.evidence.json").write_text("beside")
    (tmp_path / "other.json").write_text("other")
    assert shell("verify", "r.tlog") == 0
    options = ("--evidence", "other.json", "--key", "a+1+b", "--file", "orders.csv")
    assert shell("verify", "r.tlog", *options) == 0
    first, second = shell.calls
    assert first.given["evidence"].name == "r.tlog.evidence.json"
    assert second.given["evidence"].name == "other.json"
    assert second.given["key"] == "a+1+b"
    assert second.given["file"].size == orders.stat().st_size


def test_json(shell: Any, receipt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell("verify", "r.tlog", "--json") == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True


@pytest.mark.parametrize("options", [(), ("--evidence", "nothing"), ("--file", "nothing")])
def test_a_file_that_is_missing_is_the_caller_s_mistake(
    shell: Any, receipt: Path, options: tuple[str, ...]
) -> None:
    if not options:
        receipt.unlink()
    assert shell("verify", "r.tlog", *options) == 2


def test_a_key_may_lie_in_a_file(shell: Any, receipt: Path, tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("a+1+b\n")
    for key in ("key.txt", "k" * 10_000):
        assert shell("verify", "r.tlog", "--key", key) == 0
    assert [call.given["key"] for call in shell.calls] == ["a+1+b", "k" * 10_000]
