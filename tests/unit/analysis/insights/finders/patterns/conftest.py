"""An analysis by the finders of patterns and those they lean on, which is quicker than a whole."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from morello.analysis.charts.chart import Chart
from morello.analysis.insights.candidate import Search
from morello.analysis.insights.finders.associations import find_associations
from morello.analysis.insights.finders.correlations import find_correlations
from morello.analysis.insights.finders.dependencies import find_dependencies
from morello.analysis.insights.finders.outliers import find_outliers
from morello.analysis.insights.finders.patterns.patterns import find_patterns
from morello.kernel.messages import Message

_FINDERS = (
    find_outliers,
    find_dependencies,
    find_correlations,
    find_associations,
    find_patterns,
)
_SURE = 1e-3


@dataclasses.dataclass
class Told:
    """What is told of a candidate, with the numbers of its query."""

    id: str
    kind: str
    group: str
    columns: list[str]
    message: Message
    details: list[Message]
    numbers: dict[str, float]
    rows_sql: str | None
    chart: Chart | None


@dataclasses.dataclass
class Found:
    """Everything that is told of a table."""

    rows: int
    findings: list[Told]

    def _of(self, group: str) -> list[Told]:
        return [each for each in self.findings if each.group == group]

    @property
    def patterns(self) -> list[Told]:
        return self._of("patterns")

    @property
    def outliers(self) -> list[Told]:
        return self._of("outliers")

    @property
    def business_insights(self) -> list[Told]:
        return self._of("business")


@pytest.fixture
def examine(look: Any) -> Callable[[dict[str, Any]], Found]:
    def run(columns: dict[str, Any]) -> Found:
        subject, search = look(columns), Search()
        for find in _FINDERS:
            find(subject, search)
        told = []
        for each in search.candidates:
            if each.p_value is not None and each.p_value > _SURE:
                continue
            answer = subject.ask(each.sql).to_pylist()[0]
            if any(value is None for value in answer.values()):
                continue
            telling = each.tell({name: float(value) for name, value in answer.items()})
            if telling is not None:
                told.append(
                    Told(
                        each.id,
                        each.kind,
                        each.group,
                        each.columns,
                        telling.message,
                        telling.details,
                        answer,
                        each.rows_sql,
                        each.draw(),
                    )
                )
        return Found(subject.sample.total, told)

    return run
