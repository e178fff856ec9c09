"""A candidate: what a finder suspects, before it is corrected for, checked and put into words."""

import dataclasses
import datetime
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import Chart
from morello.analysis.insights.finding import Group
from morello.kernel.messages import Message

Numbers = dict[str, float]

_COVERAGE_MIN = 1e-3
"""Fewer rows than these count as so many: one wrong row in a million is still worth a look."""


@dataclasses.dataclass(frozen=True, slots=True)
class Telling:
    """A sentence made of the numbers that the query gave."""

    message: Message
    details: list[Message] = dataclasses.field(default_factory=list)
    caveats: list[Message] = dataclasses.field(default_factory=list)
    coverage: float | None = None
    """The share of rows concerned, where only the query knows it."""


@dataclasses.dataclass(slots=True, kw_only=True)
class Candidate:
    """One suspicion. `tell` gets the numbers of `sql` and returns None when they deny it."""

    id: str
    kind: str
    group: Group
    columns: list[str]
    effect: float
    coverage: float
    surprise: float
    sql: str
    tell: Callable[[Numbers], Telling | None]
    p_value: float | None = None
    rows_sql: str | None = None
    draw: Callable[[], Chart | None] = lambda: None
    claim: tuple[str, str, int] | None = None
    """A measure, a dimension and a code of it: what a segment's candidate is about."""
    size: float = 0.0
    """Signed, in standard deviations."""
    echoes: list[Message] = dataclasses.field(default_factory=list)
    topic: tuple[str, str] | None = None
    """A measure, and what is told of it: two measures that move together have one story."""
    reach: float | None = None
    """What ranks in place of the coverage, where few rows make much of a total."""
    strength: float = 0.0
    """What decides which of two echoes is the source; not capped as the effect is."""
    inside: NDArray[np.bool_] | None = None
    """The rows in memory it is about, where they are what it tells of."""
    since: datetime.date | None = None
    """The day from which on it holds."""

    @property
    def score(self) -> float:
        """What ranks: the geometric mean of effect, coverage (by its fourth root) and surprise."""
        parts = (
            max(self.effect, 0.0)
            * max(self.coverage, self.reach or 0.0, _COVERAGE_MIN) ** 0.25
            * max(self.surprise, 0.0)
        )
        return float(min(1.0, parts ** (1 / 3)))


@dataclasses.dataclass(slots=True)
class Search:
    """What the finders bring back: suspicions, and every test that was made for them."""

    candidates: list[Candidate] = dataclasses.field(default_factory=list)
    tests: list[float] = dataclasses.field(default_factory=list)
    """p of each test, of those too that led nowhere."""
    notes: list[Message] = dataclasses.field(default_factory=list)
