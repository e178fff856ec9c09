"""A finding: one thing worth knowing about a table, with the query that shows it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from morello.analysis.charts.chart import Chart
from morello.kernel.messages import Message

Group = Literal["outliers", "patterns", "business", "quality"]
"""Where a finding is listed."""


class Finding(BaseModel):
    """One thing worth knowing. Its sentence, its numbers and its query say the same."""

    model_config = ConfigDict(ser_json_inf_nan="strings")

    id: str
    """Stable over runs, such as `segment:branch=Harbour:amount`."""
    kind: str
    """Such as `segment`, `trend`, `change`, `outliers`, `correlation`, `missing`."""
    group: Group
    message: Message
    """One plain sentence, `insight.<kind>...`."""
    details: list[Message] = []
    """More on the same thing, echoes of it among them."""
    columns: list[str]
    effect: float
    """How large, 0 to 1, on the kind's own scale."""
    coverage: float
    """The share of the rows it speaks of, 0 to 1."""
    surprise: float
    """How little the reader is likely to know it already, 0 to 1."""
    score: float
    """What ranks, 0 to 1: made of effect, coverage and surprise, never of p."""
    p_value: float | None = None
    """Of the test that found it; None where nothing had to be tested."""
    q_value: float | None = None
    """The same after correcting for every test of the run."""
    sql: str
    """Shows it: one row whose columns are `numbers`; the table has the dataset's name."""
    rows_sql: str | None = None
    """Gives the rows behind it."""
    numbers: dict[str, float] = {}
    """What `sql` gave, by column."""
    chart: Chart | None = None
    caveats: list[Message] = []
