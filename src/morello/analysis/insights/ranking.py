"""The order of findings: what matters most first, without saying one thing over and over."""

from collections.abc import Iterable

from morello.analysis.insights.finding import Finding
from morello.analysis.insights.table.roles import is_outcome

_SAME_COLUMN = 0.85
"""What a finding is still worth for each one before it that speaks of a column of it."""
_SAME_KIND = 0.95
_OUTCOME = 1.2
"""What is found about the column that somebody wants to predict is what they came for."""


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Take the best, then the best of what is left, worth less the more of it was told already."""
    left = sorted(findings, key=lambda each: (-each.score, each.id))
    worth = {
        each.id: each.score * (_OUTCOME if any(map(is_outcome, each.columns)) else 1.0)
        for each in left
    }
    chosen: list[Finding] = []
    while left:
        best = max(left, key=lambda each: worth[each.id])
        left.remove(best)
        chosen.append(best)
        for each in left:
            if set(each.columns) & set(best.columns):
                worth[each.id] *= _SAME_COLUMN
            if each.kind == best.kind:
                worth[each.id] *= _SAME_KIND
    return chosen
