"""Certainty follows the q-value."""

from collections.abc import Callable

import pytest

from morello.analysis.insights.analysis import Analysis
from morello.analysis.report import certainty
from morello.analysis.report.text import Text


@pytest.mark.parametrize(
    ("q_value", "word", "filled"),
    [
        (None, "counted.", 4),
        (float("nan"), "counted.", 4),
        (0.0, "very strong.", 4),
        (0.001, "strong.", 3),
        (0.01, "moderate.", 2),
        (0.05, "weak.", 1),
    ],
)
def test_levels(
    q_value: float | None, word: str, filled: int, analysis_of: Callable[..., Analysis]
) -> None:
    finding = analysis_of().patterns[0].model_copy(update={"q_value": q_value})
    found = certainty.of(finding, 7, Text("en"))
    assert (found.word, found.filled) == (word, filled)
    assert ("all 7 tests" in found.reason) == (word != "counted.")
