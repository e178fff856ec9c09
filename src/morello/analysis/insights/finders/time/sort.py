"""Sorts of days that may be unlike others: public holidays, paydays, the ends of months."""

import dataclasses
import datetime

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.table.calendar import Calendar
from morello.analysis.insights.words import say
from morello.kernel.messages import Message

COUNTRIES = ("US", "GB", "DE", "FR", "ES", "JP", "CN", "KR")
"""Whose calendars are tried: nothing in a table says for sure where it comes from."""
YEARS_MAX = 15
_WINDOWS = (1, 2, 3)
_MONTH_DAYS = 31

Days = NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, slots=True)
class Sort:
    """Days that have something in common."""

    kind: str
    """`holiday` or `monthday`."""
    when: Message
    """What a sentence begins with, such as `On public holidays in Japan`."""
    chosen: Days
    """Which days of the calendar are of the sort."""
    country: str = ""


def holidays_of(calendar: Calendar) -> list[Sort]:
    """Return the public holidays of each country, and the days before and after them."""
    import holidays  # noqa: PLC0415 - slow, and seldom needed

    years = range(calendar.start(0).year, calendar.start(calendar.count - 1).year + 1)
    if len(years) > YEARS_MAX:
        return []
    found = []
    for country in COUNTRIES:
        dates = list(holidays.country_holidays(country, years=years))
        days = np.array([_number(each) for each in dates], dtype=np.int64) - calendar.first
        for name, shift in (("on", 0), ("before", -1), ("after", 1)):
            chosen = _within(calendar, days + shift)
            if shift:
                chosen &= ~_within(calendar, days)
            when = say(f"when.holiday.{name}", country=say(f"country.{country}"))
            found.append(Sort("holiday", when, chosen, country))
    return found


def month_days_of(calendar: Calendar) -> list[Sort]:
    """Return each day of the month, each two and three in a row, and the month's last ones."""
    dates = [calendar.start(each) for each in range(calendar.count)]
    day = np.array([each.day for each in dates])
    left = np.array([(each + datetime.timedelta(4)).day for each in dates])
    found = []
    for width in _WINDOWS:
        for first in range(1, _MONTH_DAYS + 1 - width):
            last = first + width - 1
            when = say("when.days" if width > 1 else "when.day_of_month", first=first, last=last)
            found.append(Sort("monthday", when, (day >= first) & (day <= last)))
        # Four days on it is day 4 only for the last day of a month.
        chosen = (left <= 4) & (left > 4 - width)  # noqa: PLR2004 - see above
        when = say("when.last_days" if width > 1 else "when.last_day", count=width)
        found.append(Sort("monthday", when, chosen & (day > _MONTH_DAYS // 2)))
    return found


def _number(date: datetime.date) -> int:
    return date.toordinal() - 719_163


def _within(calendar: Calendar, days: NDArray[np.int64]) -> Days:
    chosen = np.zeros(calendar.count, dtype=bool)
    chosen[days[(days >= 0) & (days < calendar.count)]] = True
    return chosen
