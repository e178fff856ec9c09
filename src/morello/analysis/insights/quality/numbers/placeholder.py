"""Numbers that stand for "unknown": they recur, and lie apart from every other value."""

import re

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Candidate, Search
from morello.analysis.insights.quality.trouble import Trouble
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.methods.profile import ColumnProfile

PLACEHOLDERS = (-9999, -999, -99, -1, 999, 9999, 99999, 999999, 9999999)
_CODES = (77, 88, 98, 99)
"""Of questionnaires: they lie close to what they stand for, so they have to recur far more."""
_RECURS_MIN = 3
_RECURS_SHARE = 0.0005
_CODE_SHARE = 0.005
_CODE_TIMES = 5.0
_CODE_APART = 0.05
_FAR = 0.5
_ROWS_MIN = 30
_NEVER_ZERO = re.compile(
    r"(^|[_\s.-])(age|height|weight|bmi|glucose|pressure|pulse|heart_?rate|price|latitude|longitude"
    r"|birth_?year|year)($|[_\s.-])|나이|키$|몸무게|체중|신장|혈압|맥박|가격|단가",
    re.IGNORECASE,
)
_ZERO_SHARE_MAX = 0.4
_ZERO_APART = 0.2
"""How far the least others are from zero, against the median."""

Floats = NDArray[np.float64]


def find_placeholders(subject: Subject, search: Search) -> None:
    """Find a placeholder in each measure, and keep it from whoever looks later."""
    for column in subject.roles.measures:
        values = subject.numbers(column)
        present = values[~np.isnan(values)]
        if len(present) < _ROWS_MIN:
            continue
        found = _placeholder(present)
        if found is None and _NEVER_ZERO.search(column.name):
            found = _zero(present)
        if found is not None:
            search.candidates.append(_candidate(subject, column, found))
            _leave_out(subject, column, present, found)


def _placeholder(values: Floats) -> float | None:
    """Return a typical placeholder that recurs and lies apart from all other values."""
    for each in (*PLACEHOLDERS, *_CODES):
        hits = values == each
        count = int(hits.sum())
        if count < max(_RECURS_MIN, _RECURS_SHARE * len(values)) or count == len(values):
            continue
        others = values[~hits]
        low, high = float(others.min()), float(others.max())
        reach = _FAR * max(high - low, 1.0)
        if each < 0 <= low or each > high + reach or each < low - reach:
            return float(each)
        if each in _CODES and each > high and _is_code(count, each, others):
            return float(each)
    return None


def _is_code(count: int, code: float, others: Floats) -> bool:
    """Tell whether the greatest value comes far more often than the others do up there."""
    levels, counts = np.unique(others, return_counts=True)
    apart = code - levels[-1] >= max(_CODE_APART * (levels[-1] - levels[0]), 2.0)
    near = counts[-max(len(counts) // 4, 1) :]
    often = count >= _CODE_TIMES * float(near.mean())
    return bool(apart and often and count >= _CODE_SHARE * (len(others) + count))


def _zero(values: Floats) -> float | None:
    others = values[values != 0]
    count = len(values) - len(others)
    few = max(_RECURS_MIN, _RECURS_SHARE * len(values)) <= count <= _ZERO_SHARE_MAX * len(values)
    if not few or others.min() <= 0:
        return None
    least = float(np.quantile(others, 0.005))
    return 0.0 if least >= _ZERO_APART * float(np.median(others)) else None


def _candidate(subject: Subject, column: ColumnProfile, value: float) -> Candidate:
    number = query.number(column.name, column.type)
    kind = "placeholder.zero" if value == 0 else "placeholder"
    return Trouble(
        kind=kind,
        columns=[column.name],
        where=f"{number} = {query.value(value)}",
        parameters={"value": value},
    ).candidate(subject)


def _leave_out(subject: Subject, column: ColumnProfile, values: Floats, value: float) -> None:
    others = values[values != value]
    low, high = float(others.min()), float(others.max())
    if value > high:
        subject.set_bounds(column.name, -np.inf, (high + value) / 2)
    elif value < low:
        subject.set_bounds(column.name, (low + value) / 2, np.inf)
