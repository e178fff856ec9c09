"""An explained change: numbers that add up, dimension by dimension."""

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from morello.analysis.charts.chart import Chart
from morello.analysis.insights.changes.amount import Aggregate
from morello.kernel.messages import Message


class Side(BaseModel):
    """One of the two that are compared."""

    name: str = Field(description="The period or the value, such as `2026-05`.")
    start: datetime.date | None = Field(default=None, description="First day of a period.")
    end: datetime.date | None = Field(default=None, description="First day after a period.")
    rows: int = Field(description="Rows it has.")
    value: float = Field(description="The aggregate over them.")


class Parts(BaseModel):
    """What a change is made of. The four add up to the contribution as printed."""

    contribution: float = Field(description="To the change, all four together.")
    size: float = Field(description="Made by more or fewer rows at the old mix and averages.")
    mix: float = Field(description="Made by a different mix of the groups.")
    rate: float = Field(description="Made by the groups' own averages (or ratios).")
    both: float = Field(description="Made by mix and rate only together.")


class GroupPart(Parts):
    """What one value of a dimension, or all others together, contributes."""

    value: str | None = Field(description="The value; null where it is missing, or of the rest.")
    status: Literal["stayed", "new", "vanished", "rest"] = Field(
        description="Whether there were rows before and after; `rest` is all smaller groups."
    )
    before: float | None = Field(description="The aggregate before; null where undefined.")
    after: float | None = Field(description="The same after.")
    share_before: float = Field(description="Of the weight (rows, or divisor), 0 to 1.")
    share_after: float = Field(description="The same after.")


class DimensionPart(BaseModel):
    """The change over the values of one dimension."""

    dimension: str = Field(description="Column.")
    message: Message
    details: list[Message] = []
    unevenness: float = Field(
        description="How unevenly the change lies over the groups beyond chance, in its own unit,"
        " and less where groups cancel each other out; this ranks dimensions."
    )
    whole: Parts = Field(description="The parts of all groups together.")
    groups: list[GroupPart] = Field(description="The largest contributions first; the rest last.")
    remainder: float = Field(description="Change minus all contributions; 0.")
    chart: Chart
    sql: str = Field(description="Gives each group before and after.")
    rows_sql: str = Field(description="Gives the rows of the group that contributes most.")


class Explanation(BaseModel):
    """Why it changed."""

    model_config = ConfigDict(ser_json_inf_nan="strings")

    dataset: str
    version: str
    aggregate: Aggregate
    measure: str | None
    divisor: str | None
    compared: str = Field(description="The column by which the two sides are told apart.")
    before: Side
    after: Side
    change: float = Field(description="After minus before.")
    relative: float | None = Field(description="The same, as a share of before.")
    message: Message
    dimensions: list[DimensionPart] = Field(description="What says most of the change first.")
    notes: list[Message] = Field(default=[], description="What to bear in mind, or was left out.")
    sql: str = Field(description="Gives both sides as a whole.")
    rows_sql: str = Field(description="Gives the rows of both sides.")
