"""Columns that repeat another one in all rows, or in all but a few."""

import itertools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.profile import ColumnProfile

COLUMNS_MAX = 100
EQUAL_MIN = 0.99
_PROBE_ROWS = 500
_PROBE_EQUAL_MIN = 0.9
_TELLING_MIN = 20
"""Rows with another than the most frequent value: of those that are all zero, nothing follows."""


def find_equal_columns(subject: Subject, search: Search) -> None:
    """Compare columns of one type, first on a few rows; tell of each copy once."""
    columns = [
        each
        for each in subject.profile.columns
        if each.distinct >= 2 and each.kind not in ("nested", "empty")  # noqa: PLR2004 - not constant
    ][:COLUMNS_MAX]
    copies: set[str] = set()
    step = max(1, subject.sample.rows // _PROBE_ROWS)
    places = pa.array(np.arange(0, subject.sample.rows, step))
    probe = {each.name: subject.sample.table.column(each.name).take(places) for each in columns}
    for first, second in itertools.combinations(columns, 2):
        if first.type != second.type or copies & {first.name, second.name}:
            continue
        if _equal_share(probe[first.name], probe[second.name]) >= _PROBE_EQUAL_MIN and _is_copy(
            subject, first, second
        ):
            copies.add(second.name)
            subject.formulas.append({first.name, second.name})
            subject.twins.add(second.name)
            search.candidates.append(_candidate(subject, first, second))


def _equal_share(first: pa.ChunkedArray, second: pa.ChunkedArray) -> float:
    found = pc.mean(pc.cast(pc.fill_null(pc.equal(first, second), False), pa.float64()))
    return float(found.as_py() or 0.0)


def _is_copy(subject: Subject, first: ColumnProfile, second: ColumnProfile) -> bool:
    codes = subject.sample.codes(first.name)[0]
    telling = pa.array(codes > 0)  # the most frequent value is 0, absent is negative
    if pc.sum(pc.cast(telling, pa.int64())).as_py() < _TELLING_MIN:
        return False
    chosen = [subject.sample.table.column(each.name).filter(telling) for each in (first, second)]
    return _equal_share(*chosen) >= EQUAL_MIN


def _candidate(subject: Subject, first: ColumnProfile, second: ColumnProfile) -> Candidate:
    names = [query.name(each.name) for each in (first, second)]
    differs = f"{names[0]} IS DISTINCT FROM {names[1]}"
    return Candidate(
        id=f"copy:{first.name}:{second.name}",
        kind="copy",
        group="quality",
        columns=[first.name, second.name],
        effect=0.6,
        coverage=1.0,
        surprise=0.5,
        sql=query.select(
            {"rows": "count(*)", "exceptions": f"count(*) FILTER (WHERE {differs})"},
            subject.source,
        ),
        rows_sql=query.rows(subject.dataset, differs),
        tell=lambda numbers: _tell(first.name, second.name, numbers),
    )


def _tell(first: str, second: str, numbers: Numbers) -> Telling | None:
    exceptions, rows = int(numbers["exceptions"]), max(numbers["rows"], 1)
    if exceptions > (1 - EQUAL_MIN) * 2 * rows:
        return None
    kind = "copy.exceptions" if exceptions else "copy"
    parameters = {"exceptions": exceptions, "share": share(exceptions / rows)}
    return Telling(say(kind, first=first, second=second, **parameters))
