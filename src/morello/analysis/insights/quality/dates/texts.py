"""Dates that are kept as text: in several formats, readable in two ways, or on no calendar."""

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.quality.trouble import Trouble
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.quality.dates import FORMATS, Reading, read_dates

COLUMNS_MAX = 30
VALUES_MAX = 3_000
"""Different texts read of each column, the most frequent."""
_PROBE = 50
_ROWS_MIN = 20
_FORMAT_ROWS_MIN = 2
_DIFFERENT_MIN = 30
_SHOWN_MAX = 3
_PATTERNS = {each.name: each.pattern for each in FORMATS}
_EITHER = [each.name for each in FORMATS if each.order == "either"]


def find_dates_in_text(subject: Subject, search: Search) -> None:
    """Read the texts of each column as dates; say what stands in the way of doing so."""
    columns = [
        each
        for each in subject.profile.columns
        if each.kind in ("category", "text")
        and "string" in each.type
        and each.rows - each.nulls >= _ROWS_MIN
    ]
    for column in columns[:COLUMNS_MAX]:
        reading = _read(subject, column)
        if reading is not None:
            search.candidates.append(_trouble(column, reading).candidate(subject))
            if reading.impossible:
                search.candidates.append(_impossible(column, reading).candidate(subject))


def _read(subject: Subject, column: ColumnProfile) -> Reading | None:
    table = subject.sample.table.column(column.name)
    probe = [str(each) for each in table.slice(0, 20 * _PROBE).drop_null()[:_PROBE].to_pylist()]
    if not read_dates((each, 1) for each in probe).dates:
        return None
    texts: dict[str, int] = {}
    for each in table.drop_null()[: 20 * VALUES_MAX].to_pylist():
        texts[str(each)] = texts.get(str(each), 0) + 1
        if len(texts) >= VALUES_MAX:
            break
    reading = read_dates(texts.items())
    return reading if reading.is_of_dates else None


def _trouble(column: ColumnProfile, reading: Reading) -> Trouble:
    usual, *others = [
        name for name, count in reading.formats.most_common() if count >= _FORMAT_ROWS_MIN
    ] or list(reading.formats)
    for name in _EITHER:
        if reading.day_first[name] and reading.month_first[name]:
            return _both_orders(column, reading, name)
    if others:
        return Trouble(
            kind="dates_in_text.formats",
            columns=[column.name],
            where=_not_written(column, usual),
            parameters={
                "formats": [
                    say("date_format", format=name, share=share(count / reading.dates))
                    for name, count in reading.formats.most_common(_SHOWN_MAX)
                ]
            },
            surprise=0.9,
        )
    is_unclear = (
        usual in _EITHER
        and not reading.day_first[usual]
        and not reading.month_first[usual]
        and reading.different[usual] >= _DIFFERENT_MIN
    )
    return Trouble(
        kind="dates_in_text.unclear" if is_unclear else "dates_in_text",
        columns=[column.name],
        where=f"{query.name(column.name)} IS NOT NULL",
        parameters={"format": usual},
        effect=0.7,
        surprise=0.6,
    )


def _both_orders(column: ColumnProfile, reading: Reading, name: str) -> Trouble:
    first = reading.day_first[name] >= reading.month_first[name]
    kind = "dates_in_text.order.day" if first else "dates_in_text.order.month"
    text = f"trim({query.name(column.name)})"
    place = 2 if first else 1
    number = f"try_cast(regexp_extract({text}, {_literal(_PATTERNS[name])}, {place}) AS INTEGER)"
    return Trouble(
        kind=kind,
        columns=[column.name],
        where=f"({number} > 12)",
        share_max=0.5,
        effect=0.9,
        surprise=0.9,
    )


def _impossible(column: ColumnProfile, reading: Reading) -> Trouble:
    listed = ", ".join(query.value(each) for each in reading.impossible[:200])
    return Trouble(
        kind="dates_in_text.impossible",
        columns=[column.name],
        where=f"{query.name(column.name)} IN ({listed})",
        parameters={"examples": [f"“{each}”" for each in reading.impossible[:_SHOWN_MAX]]},
        share_max=0.1,
    )


def _not_written(column: ColumnProfile, usual: str) -> str:
    text = f"trim({query.name(column.name)})"
    return f"NOT regexp_full_match({text}, {_literal(_PATTERNS[usual])})"


def _literal(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"
