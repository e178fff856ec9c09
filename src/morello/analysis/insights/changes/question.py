"""A question about a change, understood: which columns, which two sides, which dimensions."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from morello.analysis.insights.changes.amount import NUMBERS, Addend, Aggregate, Amount
from morello.analysis.insights.changes.period import (
    Period,
    just_before,
    last_two,
    period_of,
)
from morello.analysis.insights.table import query
from morello.kernel.errors import BadQuery, InvalidInput
from morello.kernel.values import Column

Ask = Callable[[str], pa.Table]

_LAST_YEAR = "DATE '2200-01-01'"
"""Later dates are placeholders, and no period to compare."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks. Without `by`, two periods of `time`; with it, two values of that."""

    aggregate: Aggregate
    measure: str | None = None
    divisor: str | None = None
    time: str | None = None
    by: str | None = None
    before: str | None = None
    after: str | None = None
    dimensions: Sequence[str] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Compared:
    """Two sets of rows: by which column, their names, and the condition of each."""

    column: str
    before: str
    after: str
    when: dict[str, str]
    """The condition of `before` and of `after`."""
    periods: tuple[Period, Period] | None = None

    @property
    def either(self) -> str:
        """The condition of both."""
        return f"(({self.when['before']}) OR ({self.when['after']}))"


def amount_of(question: Question, columns: Sequence[Column]) -> Amount:
    """Return what is to be explained. Raises BadQuery, InvalidInput."""
    if question.measure is None and question.aggregate != "count":
        raise InvalidInput("change_measure", aggregate=question.aggregate)
    if (question.divisor is None) == (question.aggregate == "ratio"):
        raise InvalidInput("change_divisor")
    measure, divisor = (
        None if name is None else column_of(name, columns)
        for name in (question.measure, question.divisor)
    )
    if question.aggregate != "count":
        for each in (measure, divisor):
            if each is not None and not each.type.startswith(NUMBERS):
                raise InvalidInput("change_number", column=each.name, type=each.type)
    return Amount(
        question.aggregate,
        None if measure is None else Addend(measure),
        None if divisor is None else Addend(divisor),
    )


def compared_of(question: Question, columns: Sequence[Column], ask: Ask, source: str) -> Compared:
    """Return the two sides. Raises BadQuery, InvalidInput."""
    if question.by is not None:
        column = column_of(question.by, columns)
        if question.before is None or question.after is None or question.before == question.after:
            raise InvalidInput("change_values", column=column.name)
        when = {
            side: f"{as_text(column.name)} = {query.value(given)}"
            for side, given in (("before", question.before), ("after", question.after))
        }
        return Compared(column.name, question.before, question.after, when)
    column = _time_of(question, columns)
    periods = _periods(question, column, ask, source)
    moment = query.moment(column.name, column.type)
    when = {
        side: f"{moment} >= {query.value(each.start)} AND {moment} < {query.value(each.end)}"
        for side, each in zip(("before", "after"), periods, strict=True)
    }
    return Compared(column.name, periods[0].name, periods[1].name, when, periods)


def column_of(name: str, columns: Sequence[Column]) -> Column:
    """Return a column by its name. Raises BadQuery."""
    for each in columns:
        if each.name == name:
            return each
    raise BadQuery("unknown_column_only", name=name)


def as_text(column: str) -> str:
    """Write a column as text: any kind of value can be grouped and named."""
    return f"CAST({query.name(column)} AS VARCHAR)"


def _time_of(question: Question, columns: Sequence[Column]) -> Column:
    if question.time is not None:
        column = column_of(question.time, columns)
        if not _is_time(column):
            raise InvalidInput("change_time", column=column.name, type=column.type)
        return column
    for each in columns:
        if _is_time(each):
            return each
    raise InvalidInput("change_no_time")


def _is_time(column: Column) -> bool:
    return column.type.startswith(("date", "timestamp"))


def _periods(question: Question, column: Column, ask: Ask, source: str) -> tuple[Period, Period]:
    before, after = (
        None if text is None else _period(text) for text in (question.before, question.after)
    )
    if after is None:
        if before is not None:
            raise InvalidInput("change_after")
        return _last_two(column, ask, source)
    if before is None:
        try:
            before = just_before(after)
        except OverflowError:
            raise InvalidInput("change_period", text=after.name) from None
    if before.start < after.end and after.start < before.end:
        raise InvalidInput("change_overlap", before=before.name, after=after.name)
    return before, after


def _period(text: str) -> Period:
    period = period_of(text)
    if period is None:
        raise InvalidInput("change_period", text=text)
    return period


def _last_two(column: Column, ask: Ask, source: str) -> tuple[Period, Period]:
    moment = query.moment(column.name, column.type)
    day = f"CAST({moment} AS DATE)"
    ends = {"first": f"min({day})", "last": f"max({day})"}
    where = f"{moment} < {_LAST_YEAR} AND {moment} >= DATE '0002-01-01'"
    row: dict[str, Any] = ask(query.select(ends, source, where)).to_pylist()[0]
    found = None if row["first"] is None else last_two(row["first"], row["last"])
    if found is None:
        raise InvalidInput("change_too_short", column=column.name)
    return found
