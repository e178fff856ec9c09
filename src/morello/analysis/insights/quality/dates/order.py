"""Two dates of one row in the wrong order: an end before its start."""

import itertools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.quality.trouble import Trouble
from morello.analysis.insights.table import query
from morello.analysis.insights.table.roles import is_time
from morello.analysis.insights.table.subject import Subject
from morello.analysis.methods.profile import ColumnProfile

COLUMNS_MAX = 8
WRONG_SHARE_MAX = 0.05
_ROWS_MIN = 50
_DRAWN = 20_000
_BINDING = 0.25
"""Wrong rows as a share of those that chance would make: more, and the order binds nobody."""

Floats = NDArray[np.float64]


def find_wrong_order(subject: Subject, search: Search) -> None:
    """Compare every two time columns; few rows against an order that nearly all keep are told."""
    columns = [each for each in subject.roles.times if is_time(each)][:COLUMNS_MAX]
    for first, second in itertools.combinations(columns, 2):
        days = [subject.sample.days(each.name) for each in (first, second)]
        if any("date" in each.type for each in (first, second)):
            days = [np.floor(each) for each in days]
        both = ~(np.isnan(days[0]) | np.isnan(days[1]))
        if both.sum() < _ROWS_MIN:
            continue
        early, late = days[0][both], days[1][both]
        if _is_order(early, late):
            search.candidates.append(_trouble(first, second).candidate(subject))
        elif _is_order(late, early):
            search.candidates.append(_trouble(second, first).candidate(subject))


def _is_order(early: Floats, late: Floats) -> bool:
    """Tell whether nearly all rows keep an order that shuffled rows would not."""
    wrong = float((late < early).mean())
    if not 0 < wrong <= WRONG_SHARE_MAX:
        return False
    step = max(1, len(late) // _DRAWN)
    sample = np.sort(early[::step])
    by_chance = 1 - float(np.searchsorted(sample, late[::step], side="right").mean()) / len(sample)
    if by_chance >= WRONG_SHARE_MAX:
        return wrong <= _BINDING * by_chance
    return by_chance * _BINDING * 4 <= wrong


def _trouble(early: ColumnProfile, late: ColumnProfile) -> Trouble:
    moments = [query.moment(each.name, each.type) for each in (early, late)]
    if any("date" in each.type for each in (early, late)):
        moments = [f"CAST({each} AS DATE)" for each in moments]
    return Trouble(
        kind="wrong_order",
        columns=[late.name, early.name],
        where=f"{moments[1]} < {moments[0]}",
        parameters={"early": early.name, "late": late.name},
        share_max=WRONG_SHARE_MAX,
        effect=0.9,
        surprise=0.9,
    )
