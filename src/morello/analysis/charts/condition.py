"""Which rows a mark stands for, as typed conditions: no SQL travels, and values stay values."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from morello.kernel.limits import NAME_LENGTH_MAX

VALUES_MAX = 200
CONDITIONS_MAX = 20
_VALUE_LENGTH_MAX = 10_000

How = Literal[
    "in", "not_in", "between", "within", "present", "absent", "weekday", "month_of_year"
]  # fmt: skip
By = Literal[
    "value", "bin", "day", "week", "month", "quarter", "year", "weekday", "month_of_year"
]  # fmt: skip

Value = bool | int | float | str | None
"""Text also stands for a date, a time or an exact number; the column's type decides."""


class Condition(BaseModel):
    """A condition on one column. All conditions of a list hold together.

    `in` and `not_in`: one of the values, None for absent. `between`: from the first value up to,
    not including, the second; `within` includes it; None leaves that side open. `weekday` (1 is
    Monday) and `month_of_year` (1 to 12): of a time, one of the values. `present` and `absent`
    take no values.
    """

    model_config = ConfigDict(frozen=True)

    column: str = Field(max_length=NAME_LENGTH_MAX * 4)
    how: How = "in"
    values: list[Value] = Field(default=[], max_length=VALUES_MAX)

    @model_validator(mode="after")
    def _values_fit(self) -> Self:
        wanted = {"between": 2, "within": 2, "present": 0, "absent": 0}.get(self.how)
        if wanted is not None and len(self.values) != wanted:
            raise ValueError(f"`{self.how}` takes {wanted} values")
        if wanted is None and not self.values:
            raise ValueError(f"`{self.how}` takes values")
        if any(isinstance(each, str) and len(each) > _VALUE_LENGTH_MAX for each in self.values):
            raise ValueError(f"a value has at most {_VALUE_LENGTH_MAX} characters")
        return self


class Along(BaseModel):
    """What positions along an axis are: a column's values, bins between edges, or periods of it."""

    model_config = ConfigDict(frozen=True)

    column: str = Field(max_length=NAME_LENGTH_MAX * 4)
    by: By = "value"


class Behind(BaseModel):
    """The rows behind a chart: what holds for all of it, and what its positions stand for.

    `x` (and `y`, of a scatter chart) add a condition for each point.
    """

    model_config = ConfigDict(frozen=True)

    where: list[Condition] = Field(default=[], max_length=CONDITIONS_MAX)
    x: Along | None = None
    y: Along | None = None
