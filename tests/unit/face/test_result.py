from pathlib import Path

import pytest

from morello.face.result import Result
from morello.face.runtime import Runtime


@pytest.fixture
def result(runtime: Runtime) -> Result:
    return Result(runtime.call("insights.analyze_file", {}), runtime, "en")


def test_insights_read_as_sentences_and_have_what_findings_have(result: Result) -> None:
    (insight,) = result.insights
    assert str(insight) == repr(insight) == insight.sentence == "Data quality"
    assert insight.score == 0.5
    assert insight.details == []
    assert "score" in dir(insight)
    assert result.patterns[0].sentence == "Data quality"
    assert result.outliers == result.business_insights == result.quality == []
    with pytest.raises(AttributeError):
        _ = insight.nothing


def test_it_says_what_was_read_and_found(result: Result) -> None:
    assert repr(result) == (
        "orders: 2 rows read, 2 columns.\n1 row could not be read: see imported.\n1. Data quality"
    )
    assert (result.rows_read, result.rows_rejected) == (2, 1)
    assert result.data == f"orders@{'ab' * 32}"
    assert result.receipt.verify()


def test_it_says_when_there_is_nothing(result: Result) -> None:
    result.analysis.patterns = []
    result.analysis.nothing_noteworthy = True
    assert "Nothing noteworthy" in repr(result)


def test_a_report_is_written(result: Result, tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_text("old")
    with path.open() as reader:
        assert result.report(path).read_bytes() == b"<p>"
        assert reader.read() == "old", "who reads it meanwhile sees the whole old one"
