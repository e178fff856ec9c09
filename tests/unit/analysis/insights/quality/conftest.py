"""What the finders of trouble tell, without all the others."""

from collections.abc import Callable
from typing import Any

import pytest

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.finders.dependencies import find_dependencies
from morello.analysis.insights.finding import Finding
from morello.analysis.insights.quality.quality import find_quality
from morello.analysis.insights.table.asking import ask_together

CERTAIN = 1e-4
"""p from which on a finding stands, however many tests there are."""


@pytest.fixture
def told(look: Any) -> Callable[[dict[str, Any]], dict[str, Finding]]:
    """Find the trouble in a table given by its columns; each finding by its id."""

    def run(columns: dict[str, Any]) -> dict[str, Finding]:
        subject, search = look(columns), Search()
        find_quality(subject, search)
        find_dependencies(subject, search)
        candidates = [each for each in search.candidates if (each.p_value or 0) < CERTAIN]
        answers = ask_together(subject.ask, [each.sql for each in candidates])
        found = {}
        for each, answer in zip(candidates, answers, strict=True):
            numbers = {key: float(value) for key, value in answer.items() if value is not None}
            telling = each.tell(numbers) if len(numbers) == len(answer) else None
            if telling is not None:
                found[each.id] = Finding(
                    id=each.id,
                    kind=each.kind,
                    group=each.group,
                    message=telling.message,
                    details=telling.details,
                    caveats=telling.caveats,
                    columns=each.columns,
                    effect=each.effect,
                    coverage=each.coverage,
                    surprise=each.surprise,
                    score=each.score,
                    sql=each.sql,
                    rows_sql=each.rows_sql,
                    numbers=numbers,
                    chart=each.draw(),
                )
        return found

    return run
