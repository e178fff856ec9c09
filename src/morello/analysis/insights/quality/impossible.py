"""Values that cannot be: negative quantities, placeholders, dates far from all others."""

import re

import numpy as np

from morello.analysis.insights.candidate import Candidate, Search, Telling
from morello.analysis.insights.table import query
from morello.analysis.insights.table.sample import date_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say
from morello.analysis.methods.profile import ColumnProfile

NEGATIVE_SHARE_MAX = 0.01
"""Where more are negative, negative is ordinary."""
PLACEHOLDERS = (-9999, -999, -99, -1, 999, 9999, 99999, 999999, 9999999)
_RECURS_MIN = 3
_RECURS_SHARE = 0.0005
_POSITIVE_NAME = re.compile(
    r"quant|qty|count|price|amount|age|weight|height|distance|duration|minutes|hours|size|stock"
    r"|수량|가격|나이|무게|시간",
    re.IGNORECASE,
)
_FAR = 0.5
_ROWS_MIN = 30
_YEARS = 366.0


def find_impossible(subject: Subject, search: Search) -> None:
    """Look through numbers and dates for what does not belong; bound measures accordingly."""
    for column in subject.roles.measures:
        values = subject.numbers(column)
        present = values[~np.isnan(values)]
        if len(present) < _ROWS_MIN:
            continue
        found = _placeholder(present)
        if found is not None:
            search.candidates.append(_of_number(subject, column, "placeholder", found))
            _leave_out(subject, column, present, found)
            continue
        if 0 < column.negatives <= NEGATIVE_SHARE_MAX * len(present) and (
            _POSITIVE_NAME.search(column.name)
        ):
            search.candidates.append(_of_number(subject, column, "negative", None))
    for column in subject.roles.times:
        _find_dates(subject, column, search)


def _placeholder(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
    """Return a typical placeholder that recurs and lies apart from all other values."""
    for each in PLACEHOLDERS:
        hits = values == each
        count = int(hits.sum())
        if count < max(_RECURS_MIN, _RECURS_SHARE * len(values)) or count == len(values):
            continue
        others = values[~hits]
        low, high = float(others.min()), float(others.max())
        reach = _FAR * max(high - low, 1.0)
        if each < 0 <= low or each > high + reach or each < low - reach:
            return float(each)
    return None


def _leave_out(
    subject: Subject,
    column: ColumnProfile,
    values: np.ndarray[tuple[int], np.dtype[np.float64]],
    placeholder: float,
) -> None:
    others = values[values != placeholder]
    low, high = float(others.min()), float(others.max())
    if placeholder > high:
        subject.set_bounds(column.name, -np.inf, (high + placeholder) / 2)
    else:
        subject.set_bounds(column.name, (low + placeholder) / 2, np.inf)


def _of_number(
    subject: Subject, column: ColumnProfile, kind: str, placeholder: float | None
) -> Candidate:
    number = query.number(column.name, column.type)
    wrong = f"{number} < 0" if placeholder is None else f"{number} = {query.value(placeholder)}"
    return Candidate(
        id=f"{kind}:{column.name}",
        kind=kind,
        group="quality",
        columns=[column.name],
        effect=0.8,
        coverage=1.0,
        surprise=0.8,
        sql=query.select(
            {"rows": f"count(*) FILTER (WHERE {wrong})", "whole": "count(*)"}, subject.source
        ),
        rows_sql=query.rows(subject.dataset, wrong),
        tell=lambda numbers: Telling(
            say(kind, column=column.name, rows=int(numbers["rows"]), value=placeholder or 0),
            coverage=numbers["rows"] / max(numbers["whole"], 1),
        ),
    )


def _find_dates(subject: Subject, column: ColumnProfile, search: Search) -> None:
    days = subject.sample.days(column.name)
    days = days[~np.isnan(days)]
    if len(days) < _ROWS_MIN:
        return
    low, high = np.quantile(days, [0.005, 0.995])
    reach = max(2 * (high - low), 5 * _YEARS)
    if days.min() >= low - reach and days.max() <= high + reach:
        return
    moment = query.moment(column.name, column.type)
    first, last = date_of(float(low - reach)), date_of(float(high + reach))
    wrong = f"{moment} < {query.value(first)} OR {moment} > {query.value(last)}"
    usual = days[(days >= low - reach) & (days <= high + reach)]
    search.candidates.append(
        Candidate(
            id=f"far_dates:{column.name}",
            kind="far_dates",
            group="quality",
            columns=[column.name],
            effect=0.8,
            coverage=1.0,
            surprise=0.8,
            sql=query.select(
                {"rows": f"count(*) FILTER (WHERE {wrong})", "whole": "count(*)"}, subject.source
            ),
            rows_sql=query.rows(subject.dataset, wrong),
            tell=lambda numbers: Telling(
                say(
                    "far_dates",
                    column=column.name,
                    rows=int(numbers["rows"]),
                    first=str(date_of(float(usual.min()))),
                    last=str(date_of(float(usual.max()))),
                ),
                coverage=numbers["rows"] / max(numbers["whole"], 1),
            ),
        )
    )
