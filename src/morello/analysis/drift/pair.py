"""One column before and after, and what is told of it."""

import dataclasses

from morello.analysis.charts.chart import Chart
from morello.analysis.drift.comparison import Change, ChangeKind
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.summaries.columns.column import Column
from morello.kernel.messages import Message


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """A column that both versions have."""

    name: str
    before: Column
    after: Column
    profiles: tuple[ColumnProfile, ColumnProfile]
    labels: tuple[str, str]
    """What charts call the versions."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A difference that stands unless chance makes it: p is None where nothing is left to chance.

    `weight` is 0 to 1 on the kind's own scale.
    """

    kind: ChangeKind
    columns: tuple[str, ...]
    message: Message
    weight: float
    p_value: float | None = None
    numbers: dict[str, float] = dataclasses.field(default_factory=dict[str, float])
    details: tuple[Message, ...] = ()
    chart: Chart | None = None

    def change(self, q_value: float | None) -> Change:
        """Return it as what is told."""
        low, high = _WEIGHTS[self.kind]
        return Change(
            id=":".join((self.kind, *self.columns)),
            kind=self.kind,
            columns=list(self.columns),
            message=self.message,
            details=list(self.details),
            score=round(low + (high - low) * min(max(self.weight, 0.0), 1.0), 4),
            numbers=self.numbers,
            p_value=self.p_value,
            q_value=q_value,
            chart=self.chart,
        )


_WEIGHTS: dict[ChangeKind, tuple[float, float]] = {
    "removed": (0.95, 1.0),
    "retyped": (0.6, 0.95),
    "renamed": (0.85, 0.9),
    "added": (0.55, 0.6),
    "vanished": (0.45, 0.9),
    "nulls": (0.45, 0.95),
    "mix": (0.4, 0.9),
    "shift": (0.4, 0.9),
    "appeared": (0.4, 0.8),
    "rows": (0.2, 0.9),
    "range": (0.2, 0.5),
}
"""Where each kind ranks, from the least to the most of it: what breaks things comes first."""
