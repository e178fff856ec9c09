"""The calendar of a table: which time column, in which periods, from when to when."""

import dataclasses
import datetime
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.table import query
from morello.analysis.insights.table.roles import is_time
from morello.analysis.insights.table.sample import date_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say
from morello.analysis.methods.profile import ColumnProfile
from morello.kernel.messages import Message

PERIODS_MIN = 20
PERIODS_MAX = 400
FILLED_SHARE_MIN = 0.6
"""Share of the periods that must have rows; coarser periods are taken otherwise."""
UNITS = ("day", "week", "month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Calendar:
    """Whole periods of one time column, and the period of each row in memory."""

    column: ColumnProfile
    unit: str
    count: int
    slots: Ints
    """Each row's period, 0..count-1; -1 outside of the whole periods."""
    first: int
    note: Message | None

    def start(self, index: int) -> datetime.date:
        """Return the first day of a period."""
        return start_of(self.first + index, self.unit)

    def last(self, index: int) -> datetime.date:
        """Return the last day of a period."""
        return self.start(index + 1) - datetime.timedelta(1)

    def between(self, low: int, high: int) -> str:
        """Write the condition for the periods low..high-1."""
        column = self.moment
        return (
            f"{column} >= {query.value(self.start(low))}"
            f" AND {column} < {query.value(self.start(high))}"
        )

    def among(self, periods: Iterable[int]) -> str:
        """Write the condition for some periods."""
        days = ", ".join(query.value(self.start(each)) for each in periods)
        return f"CAST(date_trunc('{self.unit}', {self.moment}) AS DATE) IN ({days})"

    @property
    def moment(self) -> str:
        """The time column, written for a query."""
        return query.moment(self.column.name, self.column.type)


def calendar_of(
    subject: Subject, unit: str | None = None, periods_max: int = PERIODS_MAX
) -> Calendar | None:
    """Choose a time column and its periods; None where there is no course of time to follow.

    The first and last period count only when they are whole; what is left out is in the note.
    """
    for column in subject.roles.times:
        days = _ordinary(subject.sample.days(column.name))
        present = days[~np.isnan(days)]
        if len(present) < PERIODS_MIN:
            continue
        units = UNITS if unit is None else (unit,)
        for each in [each for each in units if is_time(column) or each == "year"]:
            found = _in_unit(column, days, present, each, periods_max)
            if found is not None:
                return found
    return None


def _ordinary(days: Floats) -> Floats:
    """Blank the dates far from all others: typing errors and placeholders."""
    present = days[~np.isnan(days)]
    if not len(present):
        return days
    low, high = np.quantile(present, [0.005, 0.995])
    reach = max(0.25 * (high - low), 7.0)
    with np.errstate(invalid="ignore"):
        return np.where((days >= low - reach) & (days <= high + reach), days, np.nan)


def _in_unit(
    column: ColumnProfile, days: Floats, present: Floats, unit: str, periods_max: int
) -> Calendar | None:
    index = index_of(np.where(np.isnan(days), present[0], days), unit)
    known = ~np.isnan(days)
    first, last = int(index[known].min()), int(index[known].max())
    note = None
    if start_of(first, unit) < date_of(float(present.min())):
        first += 1
    if (is_time(column) and _is_cut(present, index[known] == last, unit)) or (
        is_time(column)
        and unit != "day"
        and start_of(last + 1, unit) > date_of(float(present.max()) + 1)
    ):
        note = say("note.incomplete", date=str(start_of(last, unit)), unit=say(f"unit.{unit}"))
        last -= 1
    count = last - first + 1
    if not PERIODS_MIN <= count <= periods_max:
        return None
    slots = np.where(known & (index >= first) & (index <= last), index - first, -1)
    filled = np.bincount(slots[slots >= 0], minlength=count) > 0
    if filled.mean() < FILLED_SHARE_MIN:
        return None
    return Calendar(column, unit, count, slots, first, note)


def _is_cut(present: Floats, in_last: NDArray[np.bool_], unit: str) -> bool:
    """Tell whether the last day ends long before the days before it did."""
    if unit != "day":
        return False
    clock = present % 1
    return bool(clock[in_last].max() < np.quantile(clock, 0.5))


def index_of(days: Floats, unit: str) -> Ints:
    """Return the number of each period; weeks begin on Mondays."""
    whole = np.floor(days).astype(np.int64)
    if unit == "day":
        return whole
    if unit == "week":
        return np.asarray((whole + 3) // 7)
    months = whole.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(months // _MONTHS[unit])


def start_of(index: int, unit: str) -> datetime.date:
    """Return the first day of a numbered period."""
    if unit == "day":
        return date_of(index)
    if unit == "week":
        return date_of(7 * index - 3)
    months = index * _MONTHS[unit]
    year = min(max(1970 + months // 12, 1), 9999)
    return datetime.date(year, months % 12 + 1, 1)
