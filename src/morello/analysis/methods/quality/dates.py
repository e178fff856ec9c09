"""Dates written as text: which formats there are, and which of them can be read in two ways."""

import calendar
import collections
import dataclasses
import re
from collections.abc import Iterable

DATE_SHARE_MIN = 0.9
"""Share of the values that must look like dates before the column is one of dates."""
_YEAR_LENGTH = 4
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_CLOCK = r"([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?)?"


@dataclasses.dataclass(frozen=True, slots=True)
class Format:
    """One way to write a date; its pattern holds for RE2 as for Python."""

    name: str
    pattern: str
    order: str
    """What the groups are: `ymd`, `either` (day or month first), or `` for months by name."""


FORMATS = (
    Format("2024-03-31", rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_CLOCK}", "ymd"),
    Format("2024/03/31", rf"(\d{{4}})/(\d{{1,2}})/(\d{{1,2}}){_CLOCK}", "ymd"),
    Format("2024.03.31", rf"(\d{{4}})\. ?(\d{{1,2}})\. ?(\d{{1,2}})\.?{_CLOCK}", "ymd"),
    Format("2024년 3월 31일", r"(\d{4})년 ?(\d{1,2})월 ?(\d{1,2})일", "ymd"),
    Format("20240331", r"((?:19|20)\d{2})(\d{2})(\d{2})", "ymd"),
    Format("31/03/2024", rf"(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}|\d{{2}}){_CLOCK}", "either"),
    Format("31.03.2024", rf"(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}|\d{{2}}){_CLOCK}", "either"),
    Format("31-03-2024", rf"(\d{{1,2}})-(\d{{1,2}})-(\d{{4}}|\d{{2}}){_CLOCK}", "either"),
    Format("31 Mar 2024", rf"\d{{1,2}}[ -](?i:{_MONTHS})[a-z]*\.?[ -]\d{{2,4}}", ""),
    Format("Mar 31, 2024", rf"(?i:{_MONTHS})[a-z]*\.? \d{{1,2}},? \d{{4}}", ""),
)
_READERS = tuple((each, re.compile(each.pattern)) for each in FORMATS)


@dataclasses.dataclass(slots=True)
class Reading:
    """How many values are dates, by format, and what is odd about them."""

    values: int = 0
    formats: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    day_first: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    """By format, those whose first number is above 12."""
    month_first: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    """By format, those whose second number is above 12."""
    different: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    """By format, how many different texts."""
    impossible: list[str] = dataclasses.field(default_factory=list)
    """Texts in the shape of a date that no calendar has, such as 30 February."""
    impossible_values: int = 0

    @property
    def dates(self) -> int:
        """How many values look like dates."""
        return sum(self.formats.values())

    @property
    def is_of_dates(self) -> bool:
        """Whether nearly all values look like dates."""
        return self.values > 0 and self.dates >= DATE_SHARE_MIN * self.values


def read_dates(texts: Iterable[tuple[str, int]]) -> Reading:
    """Read different texts with their counts."""
    reading = Reading()
    for text, count in texts:
        reading.values += count
        written = text.strip()
        for form, reader in _READERS:
            if (match := reader.fullmatch(written)) is not None:
                _take(reading, (form, match), count)
                break
    return reading


def _take(reading: Reading, found: tuple[Format, re.Match[str]], count: int) -> None:
    form, match = found
    reading.formats[form.name] += count
    reading.different[form.name] += 1
    if not form.order:
        return
    first, second, third = (int(each) for each in match.groups()[:3])
    if form.order == "ymd":
        is_possible = _is_day(first, second, third)
    else:
        year = third if len(match.group(3)) == _YEAR_LENGTH else 2000 + third
        reading.day_first[form.name] += count * (first > 12 >= second)  # noqa: PLR2004 - months
        reading.month_first[form.name] += count * (second > 12 >= first)  # noqa: PLR2004 - months
        is_possible = _is_day(year, second, first) or _is_day(year, first, second)
    if not is_possible:
        reading.impossible.append(match.string)
        reading.impossible_values += count


def _is_day(year: int, month: int, day: int) -> bool:
    if not (1 <= month <= 12 and 1 <= year <= 9999):  # noqa: PLR2004 - the calendar's
        return False
    return 1 <= day <= calendar.monthrange(year, month)[1]
