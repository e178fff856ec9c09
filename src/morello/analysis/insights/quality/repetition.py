"""Rows that stand twice, wholly or but for their number, and keys that are not quite unique."""

import dataclasses

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.table import query
from morello.analysis.insights.table.roles import is_time
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.quality.repeats import Repeats, repeats_of
from morello.analysis.methods.summaries.sketches.hashes import scramble

COLUMNS_MAX = 200
"""Wider tables are not searched for equal rows."""
COMPARED_MAX = 40
"""Columns whose chance to agree is weighed; of more, equal rows are no chance."""
NEAR_KEY_SHARE = 0.98
KEY_SHARE = 0.95
SOON_MINUTES = 5
_ROWS_MIN = 20
_COMPARED_MIN = 3
_MANY = 0.5
_FEW = 0.01
_OF_A_DAY = 1440 // SOON_MINUTES


@dataclasses.dataclass(frozen=True, slots=True)
class _Sameness:
    """What has to be equal: columns, and perhaps a moment to within minutes."""

    kind: str
    columns: list[ColumnProfile]
    aside: list[ColumnProfile]
    moment: ColumnProfile | None = None


def find_repetition(subject: Subject, search: Search) -> None:
    """Find equal rows, rows equal but for a number, and identifiers that recur a few times."""
    columns = subject.profile.columns
    rows = subject.profile.rows
    if rows < _ROWS_MIN or not columns:
        return
    if len(columns) <= COLUMNS_MAX and subject.sample.rows:
        _find_equal_rows(subject, search)
    for column in subject.roles.identifiers:
        values = column.rows - column.nulls
        margin = 3 * column.distinct_error * values
        if NEAR_KEY_SHARE * values <= column.distinct + margin and (
            column.distinct_error or column.distinct != values
        ):
            search.candidates.append(_near_key(subject, column))


def _find_equal_rows(subject: Subject, search: Search) -> None:
    columns = [each for each in subject.profile.columns if each.kind != "nested"]
    unique = [each for each in columns if each.distinct == each.rows and not each.distinct_error]
    hashes = {each.name: _hashes(subject, each) for each in columns[:COMPARED_MAX]}
    if not unique:
        found = _repeats(subject, hashes, columns)
        if found.are_unlikely or not subject.sample.is_whole:
            search.candidates.append(
                _equal_rows(subject, _Sameness("duplicates", subject.profile.columns, []))
            )
            return
    aside = [each for each in columns if _is_number_of_row(subject, each)]
    if not aside:
        return
    others = [each for each in columns if each not in aside]
    if _is_told(subject, search, hashes, _Sameness("duplicates.but", others, aside)):
        return
    moment = next((each for each in others if _has_clock(subject, each)), None)
    if moment is not None:
        rest = [each for each in others if each is not moment]
        buckets = np.floor(np.nan_to_num(subject.sample.days(moment.name)) * _OF_A_DAY)
        hashes[moment.name] = scramble(buckets.astype(np.int64).view(np.uint64))
        _is_told(subject, search, hashes, _Sameness("duplicates.soon", rest, aside, moment))


def _is_told(
    subject: Subject, search: Search, hashes: dict[str, NDArray[np.uint64]], same: _Sameness
) -> bool:
    compared = [*same.columns, *([same.moment] if same.moment else [])]
    if len(compared) < _COMPARED_MIN or not _repeats(subject, hashes, compared).are_unlikely:
        return False
    search.candidates.append(_equal_rows(subject, same))
    return True


def _repeats(
    subject: Subject, hashes: dict[str, NDArray[np.uint64]], columns: list[ColumnProfile]
) -> Repeats:
    """Count equal rows in memory; those without most of their values are equal by that alone."""
    chosen = [each.name for each in columns if each.name in hashes]
    if not chosen:
        return Repeats(0, 0.0)
    gaps = [each.name for each in columns if each.nulls and each.name in hashes]
    absent = sum((subject.sample.absent(each).astype(np.int64) for each in gaps), start=np.int64(0))
    filled = np.broadcast_to(absent, subject.sample.rows) <= _MANY * len(chosen)
    return repeats_of([hashes[each][filled] for each in chosen])


def _is_number_of_row(subject: Subject, column: ColumnProfile) -> bool:
    """Tell whether a column only numbers the rows: an identifier that hardly recurs."""
    named = any(each.name == column.name for each in subject.roles.identifiers)
    values = column.rows - column.nulls
    margin = 3 * column.distinct_error * values
    return named and column.distinct + margin >= KEY_SHARE * values > 0


def _has_clock(subject: Subject, column: ColumnProfile) -> bool:
    if not is_time(column) or column.type.startswith("date"):
        return False
    days = subject.sample.days(column.name)
    days = days[~np.isnan(days)]
    return len(days) > 0 and float((days % 1 > 0).mean()) > _MANY


def _hashes(subject: Subject, column: ColumnProfile) -> NDArray[np.uint64]:
    values = subject.sample.table.column(column.name).combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks)
    if not pa.types.is_dictionary(values.type):
        values = pc.dictionary_encode(values)
    codes = np.array(pc.fill_null(pc.cast(values.indices, pa.int64()), -1), dtype=np.int64)
    place = [each.name for each in subject.profile.columns].index(column.name)
    seed = np.uint64(place + 1) << np.uint64(40)
    return scramble(codes.view(np.uint64) + seed)


def _equal_rows(subject: Subject, same: _Sameness) -> Candidate:
    keys = [query.name(each.name) for each in same.columns]
    if same.moment is not None:
        moment = query.moment(same.moment.name, same.moment.type)
        keys.append(f"time_bucket(INTERVAL '{SOON_MINUTES} minutes', {moment})")
    names = ", ".join(keys)
    inner = f"(SELECT count(*) AS times FROM {subject.source} GROUP BY {names})"  # noqa: S608 - quoted
    # Answers of a survey, or a few narrow columns, repeat by nature.
    by_nature = (
        max(each.distinct for each in subject.profile.columns) < _MANY * subject.profile.rows
    )
    if same.kind == "duplicates":
        repeated = f"SELECT {names} FROM {subject.source} GROUP BY {names} HAVING count(*) > 1"  # noqa: S608 - quoted
    else:
        repeated = (
            f"SELECT * FROM {subject.source} QUALIFY count(*) OVER (PARTITION BY {names}) > 1"  # noqa: S608 - quoted
            f" ORDER BY {names}"
        )
    aside = [each.name for each in same.aside]
    return Candidate(
        id=same.kind,
        kind="duplicates",
        group="quality",
        columns=aside + ([same.moment.name] if same.moment else []),
        effect=0.9,
        coverage=1.0,
        surprise=0.9,
        sql=query.select(
            {"extra": "coalesce(sum(times - 1), 0)", "rows": "coalesce(sum(times), 0)"}, inner
        ),
        rows_sql=repeated,
        tell=lambda numbers: _tell_rows(same.kind, aside, numbers, repeats_by_nature=by_nature),
    )


def _tell_rows(
    kind: str, aside: list[str], numbers: Numbers, *, repeats_by_nature: bool
) -> Telling | None:
    extra, rows = int(numbers["extra"]), max(numbers["rows"], 1)
    if not extra or extra > (_FEW if repeats_by_nature else _MANY) * rows:
        return None
    sentence = say(
        kind, extra=extra, share=share(extra / rows), columns=aside, minutes=SOON_MINUTES
    )
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
