"""The whole months or weeks of a table, of which the last two are compared."""

import dataclasses
import datetime

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.table import query
from morello.analysis.insights.table.calendar import index_of, start_of
from morello.analysis.insights.table.roles import is_time
from morello.analysis.insights.table.sample import date_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.methods.groups.shift import STEPS_MIN
from morello.analysis.methods.profile import ColumnProfile

PERIODS_MAX = 400
ROWS_MIN = 30
"""Of an average period."""
_FILLED_MIN = 0.9
_REACH_DAYS_MIN = 7.0


@dataclasses.dataclass(frozen=True, slots=True)
class Periods:
    """Whole periods in order, and the period of each row in memory (-1 outside)."""

    column: ColumnProfile
    unit: str
    slots: NDArray[np.int64]
    starts: list[datetime.date]
    """The first day of each, and of the one after the last."""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.starts) - 1

    def days(self, place: int) -> int:
        """Return how many days one has."""
        return (self.starts[place + 1] - self.starts[place]).days

    def when(self, place: int) -> str:
        """Write the condition for one; negative counts from the end."""
        place %= self.count
        moment = query.moment(self.column.name, self.column.type)
        low, high = (query.value(each) for each in self.starts[place : place + 2])
        return f"{moment} >= {low} AND {moment} < {high}"

    def name(self, place: int) -> str:
        """Name one: a month as 2026-05, a week by its first day."""
        start = self.starts[place % self.count].isoformat()
        return start[:7] if self.unit == "month" else start


def periods_of(subject: Subject) -> Periods | None:
    """Return the months, else the weeks; None where there are too few to know what is usual."""
    for column in subject.roles.times:
        if not is_time(column):
            continue
        days = subject.sample.days(column.name)
        present = days[~np.isnan(days)]
        if len(present) < ROWS_MIN * STEPS_MIN:
            continue
        low, high = np.quantile(present, [0.005, 0.995])
        reach = max(0.25 * (high - low), _REACH_DAYS_MIN)
        usual = (days >= low - reach) & (days <= high + reach)
        for unit in ("month", "week"):
            found = _in_unit(column, days, usual, unit)
            if found is not None:
                return found
    return None


def _in_unit(
    column: ColumnProfile, days: NDArray[np.float64], usual: NDArray[np.bool_], unit: str
) -> Periods | None:
    index = index_of(np.where(usual, days, days[usual][0]), unit)
    first, last = int(index[usual].min()), int(index[usual].max())
    if start_of(first, unit) < date_of(float(days[usual].min())):
        first += 1
    if start_of(last + 1, unit) > date_of(float(days[usual].max()) + 1):
        last -= 1
    count = last - first + 1
    if not STEPS_MIN + 2 <= count <= PERIODS_MAX:
        return None
    slots = np.where(usual & (index >= first) & (index <= last), index - first, -1)
    rows = np.bincount(slots[slots >= 0], minlength=count)
    if rows.mean() < ROWS_MIN or (rows > 0).mean() < _FILLED_MIN or min(rows[-2:]) == 0:
        return None
    starts = [start_of(each, unit) for each in range(first, last + 2)]
    return Periods(column, unit, slots, starts)
