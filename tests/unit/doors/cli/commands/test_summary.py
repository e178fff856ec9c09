from typing import Any

import pytest

from morello.doors.cli.commands.summary import summarize
from morello.doors.cli.terminal import Terminal


def shown(
    analyzed: dict[str, Any], capsys: pytest.CaptureFixture[str], language: str = "en"
) -> str:
    summarize(analyzed["analysis"], analyzed["imported"], Terminal(language))
    return capsys.readouterr().out


def test_what_matters_most_is_told_in_the_order_of_the_analysis(
    analyzed: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(analyzed, capsys)
    order = [text.index(each) for each in ("fake.three", "fake.p6", "fake.p5", "fake.one")]
    assert order == sorted(order)
    assert "fake.p1" not in text
    assert "\n4 more: --out" in text


def test_notes_on_columns_that_are_not_shown_are_left_to_the_report(
    analyzed: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(analyzed, capsys)
    assert "insight.fake.note" in text
    assert "profile.fake.note" not in text


def test_rejected_rows_are_shown_and_harmless(
    analyzed: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(analyzed, capsys)
    assert "5 rows could not be read" in text
    assert "line 7: 3 fields instead of 2: a,\\x1b[31mb" in text


def test_why_a_row_was_rejected_is_said_in_the_reader_s_language(
    analyzed: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert "7번째 줄: 필드 3개(열은 2개): a," in shown(analyzed, capsys, "ko")


def test_how_sure_it_is(analyzed: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    analyzed["analysis"]["outliers"][0]["coverage"] = 0.9999
    lines = {
        line.split()[1]: line for line in shown(analyzed, capsys).splitlines() if ". f" in line
    }
    assert lines["fake.three"].endswith("fake.three  (25% of the rows)")
    assert lines["fake.one"].endswith("fake.one")
    assert lines["fake.p6"].endswith("fake.p6  (25% of the rows, false alarm 2%)")


def test_nothing_noteworthy_is_said(
    analyzed: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (
        "outliers",
        "patterns",
        "business_insights",
        "model_suggestions",
        "notes",
        "most_important",
    ):
        analyzed["analysis"][name] = []
    analyzed["analysis"] |= {"nothing_noteworthy": True, "rows_rejected": 0}
    text = shown(analyzed, capsys)
    assert "Nothing noteworthy" in text
    assert "could not be read" not in text
    assert "특별한 점이 없습니다" in shown(analyzed, capsys, "ko")
