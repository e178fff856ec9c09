"""How sure a finding is, in words and in four steps, and why."""

import dataclasses
import math

from morello.analysis.insights.finding import Finding
from morello.analysis.report.text import Text

STEPS = 4
_STEPS = ((0.001, "very_strong", 4), (0.01, "strong", 3), (0.05, "moderate", 2))
_LEAST_SHOWN = 0.001


@dataclasses.dataclass(frozen=True, slots=True)
class Certainty:
    """A level in a word, how many of four dots are filled, and the reason."""

    word: str
    filled: int
    reason: str


def of(finding: Finding, tests_made: int, text: Text) -> Certainty:
    """Judge by the q-value (Benjamini and Hochberg 1995); without one it was simply counted."""
    q_value = finding.q_value
    if q_value is None or not math.isfinite(q_value):
        return Certainty(text("sure.counted"), STEPS, text("sure.counted.why"))
    level, filled = next(
        ((name, dots) for limit, name, dots in _STEPS if q_value < limit), ("weak", 1)
    )
    why = text("sure.tested.why", tests=tests_made, q=probability(q_value, text))
    return Certainty(text(f"sure.{level}"), filled, why)


def probability(value: float, text: Text) -> str:
    """Return a p- or q-value for people; nobody needs more than three digits after the point."""
    sign, shown = ("<", _LEAST_SHOWN) if value < _LEAST_SHOWN else ("=", round(value, 3))
    return f"{sign}\N{NO-BREAK SPACE}{text.number(shown)}"
