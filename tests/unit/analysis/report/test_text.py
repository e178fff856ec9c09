"""Text is cut, and shares are written for people."""

import pytest

from morello.analysis.report.text import SENTENCE_LENGTH_MAX, Text, cut, percent
from morello.kernel.messages import Message


def test_a_text_is_cut_with_an_ellipsis() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"
    long = Message(id="report.column.histogram", parameters={"low": "x" * 9999})
    assert len(Text("en").of(long)) == SENTENCE_LENGTH_MAX


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0%"), (0.00001, "< 0.1%"), (0.1234, "12.3%"), (1, "100%")]
)
def test_shares(share: float, words: str) -> None:
    assert percent(share) == words
