"""A comparison: what is different between two versions, the most worth knowing first."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from morello.analysis.charts.chart import Chart
from morello.kernel.messages import Message

ChangeKind = Literal[
    "added", "removed", "renamed", "retyped", "rows", "nulls", "shift", "mix", "appeared",
    "vanished", "range",
]  # fmt: skip


class Side(BaseModel):
    """One of the two versions."""

    dataset: str
    version: str
    rows: int
    columns: int
    """Those that the caller may see."""


class Change(BaseModel):
    """One difference. Its numbers are those of its sentence, by name."""

    model_config = ConfigDict(ser_json_inf_nan="strings")

    id: str
    kind: ChangeKind
    columns: list[str]
    message: Message
    details: list[Message] = []
    score: float
    """What ranks, 0 to 1: how much of the data it concerns, and how much it differs."""
    numbers: dict[str, float] = {}
    p_value: float | None = None
    """Of both versions being samples of the same; None where nothing had to be tested."""
    q_value: float | None = None
    """The same after correcting for every test of the comparison."""
    chart: Chart | None = None


class Comparison(BaseModel):
    """Two versions, and what is different."""

    before: Side
    after: Side
    changes: list[Change]
    nothing_changed: bool
    message: Message
    """All of it in one sentence."""
    tests_made: int = 0
    notes: list[Message] = []
    """What was approximate, what was left out, and from where on a difference is told."""
