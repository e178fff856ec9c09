"""Journey: whoever tries the sample is told what was planted in it, and nothing that was not."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from morello import sample

FOLDER = Path(sample.__file__).parent
PLANTED = json.loads((FOLDER / "effects.json").read_text(encoding="utf-8"))
KINDS = {
    "duplicate_rows": "duplicates",
    "near_duplicate_category": "spelling",
    "segment_change": "change",
    "segment_difference": "segment",
}
"""What the sample calls an effect, and what a finding of it is called where that differs."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("home")
    result = subprocess.run(
        [sys.executable, "-m", "morello", "analyze", "sample:orders", "--json", "--quiet"],
        capture_output=True,
        check=True,
        env={"MORELLO_HOME": str(home), "PATH": "/usr/bin:/bin"},
    )
    return dict(json.loads(result.stdout))


def findings(answer: dict[str, Any]) -> list[dict[str, Any]]:
    groups = ("outliers", "patterns", "business_insights", "quality")
    return [finding for group in groups for finding in answer[group]]


@pytest.mark.parametrize(
    "effect", PLANTED["effects"], ids=lambda each: "-".join([each["kind"], *each["columns"]])
)
def test_what_was_planted_is_found(effect: dict[str, Any], answer: dict[str, Any]) -> None:
    kind = KINDS.get(effect["kind"], effect["kind"])
    of_kind = [set(each["columns"]) for each in findings(answer) if each["kind"] == kind]
    wanted = set() if kind == "duplicates" else set(effect["columns"])
    assert any(wanted <= columns for columns in of_kind)


@pytest.mark.parametrize("pair", PLANTED["nothing_planted"], ids="-".join)
def test_what_was_not_planted_is_not_found(pair: list[str], answer: dict[str, Any]) -> None:
    assert [each["id"] for each in findings(answer) if set(pair) <= set(each["columns"])] == []


def test_every_row_is_accounted_for(answer: dict[str, Any]) -> None:
    file = PLANTED["files"]["orders.csv"]
    assert answer["rows_read"] == file["rows"]
    assert answer["rows_rejected"] == len(file["broken_lines"])
    assert file["rows"] + len(file["broken_lines"]) == file["lines_after_header"]
