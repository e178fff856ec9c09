"""A span of whole days that people name: a year, quarter, month, week, day, or from-to."""

import dataclasses
import datetime
import re
from collections.abc import Callable

_YEARS = (1, 9998)
_SPAN = ".."
_DAYS_OF_WEEK = 7

Date = datetime.date


@dataclasses.dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` up to, not including, `end`."""

    name: str
    start: Date
    end: Date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days


def period_of(text: str) -> Period | None:
    """Read `2026`, `2026-Q2`, `2026-05`, `2026-W20`, `2026-05-03` or `2026-05-01..2026-05-15`.

    None when it is none of these. Weeks are those of ISO 8601.
    """
    text = text.strip()
    try:
        if _SPAN in text:
            first, last = (Date.fromisoformat(each.strip()) for each in text.split(_SPAN))
            return Period(text, first, _next_day(last)) if first <= last else None
        for pattern, make in _KINDS:
            if found := re.fullmatch(pattern, text):
                parts = [int(each) for each in found.groups()]
                return make(*parts) if _YEARS[0] <= parts[0] <= _YEARS[1] else None
    except (ValueError, OverflowError):
        return None
    return None


def just_before(period: Period) -> Period:
    """Return the period of the same kind that ends where this one begins.

    Raises OverflowError before the year 1.
    """
    last = period.start - datetime.timedelta(1)
    for pattern, _ in _KINDS:
        if re.fullmatch(pattern, period.name):
            return _holding(pattern, last)
    first = period.start - datetime.timedelta(period.days)
    return Period(f"{first}{_SPAN}{last}", first, period.start)


def last_two(first: Date, last: Date) -> tuple[Period, Period] | None:
    """Return the last two whole months within `first` to `last`, else weeks, else days."""
    for pattern in (_MONTH, _WEEK, _DAY):
        after = _holding(pattern, last)
        try:
            if after.end > _next_day(last):
                after = just_before(after)
            before = just_before(after)
        except OverflowError:
            continue
        if before.start >= first:
            return before, after
    return None


def _year(year: int) -> Period:
    return Period(f"{year:04d}", Date(year, 1, 1), Date(year + 1, 1, 1))


def _quarter(year: int, quarter: int) -> Period:
    month = 3 * quarter - 2
    end = Date(year, month + 3, 1) if month < 10 else Date(year + 1, 1, 1)  # noqa: PLR2004 - October
    return Period(f"{year:04d}-Q{quarter}", Date(year, month, 1), end)


def _month(year: int, month: int) -> Period:
    end = Date(year, month + 1, 1) if month < 12 else Date(year + 1, 1, 1)  # noqa: PLR2004 - December
    return Period(f"{year:04d}-{month:02d}", Date(year, month, 1), end)


def _week(year: int, week: int) -> Period:
    start = Date.fromisocalendar(year, week, 1)
    return Period(f"{year:04d}-W{week:02d}", start, start + datetime.timedelta(_DAYS_OF_WEEK))


def _day(year: int, month: int, day: int) -> Period:
    start = Date(year, month, day)
    return Period(start.isoformat(), start, _next_day(start))


def _next_day(day: Date) -> Date:
    return day + datetime.timedelta(1)


def _holding(pattern: str, day: Date) -> Period:
    """Return the period of a kind that a day lies in."""
    if pattern == _YEAR:
        return _year(day.year)
    if pattern == _QUARTER:
        return _quarter(day.year, (day.month + 2) // 3)
    if pattern == _MONTH:
        return _month(day.year, day.month)
    if pattern == _WEEK:
        return _week(*day.isocalendar()[:2])
    return _day(day.year, day.month, day.day)


_YEAR, _QUARTER, _MONTH = r"(\d{4})", r"(\d{4})-?[qQ]([1-4])", r"(\d{4})-(\d{2})"
_WEEK, _DAY = r"(\d{4})-?[wW](\d{2})", r"(\d{4})-(\d{2})-(\d{2})"
_KINDS: tuple[tuple[str, Callable[..., Period]], ...] = (
    (_YEAR, _year),
    (_QUARTER, _quarter),
    (_MONTH, _month),
    (_WEEK, _week),
    (_DAY, _day),
)
