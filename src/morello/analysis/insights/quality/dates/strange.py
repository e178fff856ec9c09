"""Dates far from all others, placeholders among dates, and dates that lie in the future."""

import datetime
import re

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.quality.trouble import Trouble
from morello.analysis.insights.table import query
from morello.analysis.insights.table.roles import is_time
from morello.analysis.insights.table.sample import date_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.methods.profile import ColumnProfile

PLACEHOLDERS = (
    "0001-01-01", "1582-10-15", "1601-01-01", "1753-01-01", "1899-12-30", "1899-12-31",
    "1900-01-01", "1904-01-01", "1970-01-01", "2038-01-19", "2099-12-31", "2999-12-31",
    "9999-12-31",
)  # fmt: skip
"""Where calendars of programs begin and end."""
FUTURE_SHARE_MAX = 0.02
"""Where more are in the future, the column is one of plans."""
_FUTURE_YEAR = 2026
"""No earlier date lies in anybody's future."""
_PLANNED = re.compile(
    r"due|expir|plan|until|end|valid|deliver|arriv|renew|schedul|deadline|matur|target|next|forecast"
    r"|expected|eta|기한|만료|예정|종료|마감|예약",
    re.IGNORECASE,
)
_ROWS_MIN = 30
_RECURS_MIN = 3
_RECURS_SHARE = 0.0005
_TIMES = 8.0
"""How much more often than the other days a placeholder has to be there."""
_ALONE_DAYS = 45
_YEARS = 366.0

Floats = NDArray[np.float64]


def find_strange_dates(subject: Subject, search: Search) -> None:
    """Look through the dates and moments of every time column; each row is told of once."""
    for column in subject.roles.times:
        days = subject.sample.days(column.name)
        days = np.floor(days[~np.isnan(days)])
        if len(days) < _ROWS_MIN:
            continue
        found = _placeholders(days) if is_time(column) else []
        for each in found:
            search.candidates.append(_placeholder(column, each).candidate(subject))
        days = days[~np.isin(days, found)]
        if len(days) >= _ROWS_MIN and (far := _far(column, days, found)) is not None:
            search.candidates.append(far.candidate(subject))
        elif is_time(column) and not _PLANNED.search(column.name) and _may_be_future(column):
            search.candidates.append(_future(column, found).candidate(subject))


def _placeholders(days: Floats) -> list[float]:
    different, counts = np.unique(days, return_counts=True)
    least = max(_RECURS_MIN, _RECURS_SHARE * len(days))
    often = max(least, _TIMES * float(np.median(counts)))
    found = []
    for text in PLACEHOLDERS:
        day = float(np.datetime64(text, "D").astype(np.int64))
        place = int(np.searchsorted(different, day))
        if place == len(different) or different[place] != day or counts[place] < least:
            continue
        others = np.delete(different, place)
        is_end = place in (0, len(others)) and counts[place] >= often
        if len(others) and (is_end or np.abs(others - day).min() > _ALONE_DAYS):
            found.append(day)
    return found


def _placeholder(column: ColumnProfile, day: float) -> Trouble:
    date = date_of(day)
    return Trouble(
        kind="placeholder_date",
        columns=[column.name],
        where=f"CAST({query.moment(column.name, column.type)} AS DATE) = {query.value(date)}",
        parameters={"date": str(date)},
        share_max=0.6,
        part=str(date),
    )


def _far(column: ColumnProfile, days: Floats, placeholders: list[float]) -> Trouble | None:
    low, high = np.quantile(days, [0.005, 0.995])
    reach = max(2 * (high - low), 5 * _YEARS)
    if days.min() >= low - reach and days.max() <= high + reach:
        return None
    moment = query.moment(column.name, column.type)
    first, last = date_of(float(low - reach)), date_of(float(high + reach))
    usual = days[(days >= low - reach) & (days <= high + reach)]
    return Trouble(
        kind="far_dates",
        columns=[column.name],
        where=f"({moment} < {query.value(first)} OR {moment} > {query.value(last)})"
        + _other_than(moment, placeholders),
        parameters={
            "first": str(date_of(float(usual.min()))),
            "last": str(date_of(float(usual.max()))),
        },
    )


def _may_be_future(column: ColumnProfile) -> bool:
    year = str(column.maximum or "")[:4]
    return year.isdecimal() and int(year) >= _FUTURE_YEAR


def _future(column: ColumnProfile, placeholders: list[float]) -> Trouble:
    moment = query.moment(column.name, column.type)
    # Tomorrow is still today somewhere on earth.
    where = f"{moment} > current_date + 1"
    return Trouble(
        kind="future_dates",
        columns=[column.name],
        where=where + _other_than(moment, placeholders),
        share_max=FUTURE_SHARE_MAX,
        shown={
            "latest": f"date_diff('day', DATE '1970-01-01', CAST(max({moment}) AS DATE))",
            "today": "date_diff('day', DATE '1970-01-01', current_date)",
        },
    )


def _other_than(moment: str, placeholders: list[float]) -> str:
    dates: list[datetime.date] = [date_of(each) for each in placeholders]
    return "".join(f" AND CAST({moment} AS DATE) <> {query.value(each)}" for each in dates)
