"""Rows that stand twice, and keys that are not quite unique."""

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.profile import ColumnProfile

COLUMNS_MAX = 200
"""Wider tables are not searched for equal rows."""
NEAR_KEY_SHARE = 0.98
_ROWS_MIN = 20
_MANY = 0.5
_FEW = 0.01


def find_repetition(subject: Subject, search: Search) -> None:
    """Find equal rows, and identifiers of which a few values recur."""
    columns = subject.profile.columns
    rows = subject.profile.rows
    if rows < _ROWS_MIN or not columns:
        return
    has_key = any(each.distinct == rows and not each.distinct_error for each in columns)
    if not has_key and len(columns) <= COLUMNS_MAX:
        search.candidates.append(_equal_rows(subject))
    for column in subject.roles.identifiers:
        values = column.rows - column.nulls
        margin = 3 * column.distinct_error * values
        if NEAR_KEY_SHARE * values <= column.distinct + margin and (
            column.distinct_error or column.distinct != values
        ):
            search.candidates.append(_near_key(subject, column))


def _equal_rows(subject: Subject) -> Candidate:
    names = ", ".join(query.name(each.name) for each in subject.profile.columns)
    inner = f"(SELECT count(*) AS times FROM {subject.source} GROUP BY {names})"  # noqa: S608 - quoted
    # Answers of a survey, or a few narrow columns, repeat by nature.
    by_nature = (
        max(each.distinct for each in subject.profile.columns) < _MANY * subject.profile.rows
    )
    repeated = f"SELECT {names} FROM {subject.source} GROUP BY {names} HAVING count(*) > 1"  # noqa: S608 - quoted
    return Candidate(
        id="duplicates",
        kind="duplicates",
        group="quality",
        columns=[],
        effect=0.9,
        coverage=1.0,
        surprise=0.9,
        sql=query.select(
            {"extra": "coalesce(sum(times - 1), 0)", "rows": "coalesce(sum(times), 0)"}, inner
        ),
        rows_sql=repeated,
        tell=lambda numbers: _tell_rows(numbers, repeats_by_nature=by_nature),
    )


def _tell_rows(numbers: Numbers, *, repeats_by_nature: bool) -> Telling | None:
    extra, rows = int(numbers["extra"]), max(numbers["rows"], 1)
    if not extra or extra > (_FEW if repeats_by_nature else _MANY) * rows:
        return None
    sentence = say("duplicates", extra=extra, share=share(extra / rows))
    return Telling(sentence, coverage=extra / rows)


def _near_key(subject: Subject, column: ColumnProfile) -> Candidate:
    name = query.name(column.name)
    return Candidate(
        id=f"near_key:{column.name}",
        kind="near_key",
        group="quality",
        columns=[column.name],
        effect=0.6,
        coverage=1.0,
        surprise=0.7,
        sql=query.select(
            {
                "repeated": "count(*) FILTER (WHERE times > 1)",
                "extra": "coalesce(sum(times - 1), 0)",
                "values": "count(*)",
            },
            f"(SELECT count(*) AS times FROM {subject.source} WHERE {name} IS NOT NULL"  # noqa: S608 - quoted
            f" GROUP BY {name})",
        ),
        rows_sql=query.rows(
            subject.dataset,
            f"{name} IN (SELECT {name} FROM {subject.source} GROUP BY {name} HAVING count(*) > 1)",  # noqa: S608 - quoted
        ),
        tell=lambda numbers: (
            Telling(
                say("near_key", column=column.name, repeated=int(numbers["repeated"])),
                coverage=numbers["extra"] / max(numbers["values"], 1),
            )
            if numbers["repeated"] and numbers["extra"] <= (1 - NEAR_KEY_SHARE) * numbers["values"]
            else None
        ),
    )
