"""Texts that break the shape of their column: e-mail addresses without @, digits in names."""

import collections
import re

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.quality.trouble import Trouble
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.methods.profile import ColumnProfile

COLUMNS_MAX = 30
VALUES_MAX = 3_000
"""Different texts looked at, in the table's order."""
BROKEN_SHARE_MAX = 0.05
_HOLDS_MIN = 0.95
_SHAPE_HOLDS_MIN = 0.97
_DIFFERENT_MIN = 30
_KNOWN: tuple[tuple[str, str], ...] = (
    ("email", r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z가-힣]{2,}"),
    ("url", r"(?i:https?|ftp)://[^\s/]+\S*"),
    ("ip", r"(\d{1,3}\.){3}\d{1,3}"),
    ("uuid", r"(?i:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})"),
)
_NAME = re.compile(
    r"(^|[_\s])(first|last|full|given|family|sur|customer|contact)?_?name$|(^|[_\s])city$|country$"
    r"|이름$|성명$|도시$",
    re.IGNORECASE,
)
_RUNS = re.compile(r"\d+|[^\W\d_]+|.", re.DOTALL)
_MARKS = re.compile(r"[-/_.:#@+()]")


def find_broken_formats(subject: Subject, search: Search) -> None:
    """Learn the shape of each column's texts; tell of the few that break it."""
    columns = [
        each
        for each in subject.profile.columns
        if each.kind in ("category", "text")
        and "string" in each.type
        and each.distinct >= _DIFFERENT_MIN
    ]
    for column in columns[:COLUMNS_MAX]:
        found = _trouble(column, _texts(subject, column))
        if found is not None:
            search.candidates.append(found.candidate(subject))


def _texts(subject: Subject, column: ColumnProfile) -> list[str]:
    given = subject.sample.table.column(column.name).drop_null()[: 10 * VALUES_MAX]
    return [each.as_py() for each in given.unique()[:VALUES_MAX]]


def _trouble(column: ColumnProfile, texts: list[str]) -> Trouble | None:
    if len(texts) < _DIFFERENT_MIN:
        return None
    for name, pattern in _KNOWN:
        held = [re.fullmatch(pattern, each.strip()) is not None for each in texts[:_DIFFERENT_MIN]]
        if sum(held) >= 0.5 * len(held):
            return _known(column, texts, name, pattern)
    if _NAME.search(column.name):
        return _digits(column, texts)
    return _shape(column, texts)


def _known(column: ColumnProfile, texts: list[str], name: str, pattern: str) -> Trouble | None:
    broken = [each for each in texts if not re.fullmatch(pattern, each.strip())]
    if not 0 < len(broken) <= (1 - _HOLDS_MIN) * len(texts):
        return None
    return Trouble(
        kind=f"broken_format.{name}",
        columns=[column.name],
        where=f"NOT regexp_full_match(trim({query.name(column.name)}), {_literal(pattern)})",
        parameters={"example": f"“{broken[0]}”"},
        share_max=BROKEN_SHARE_MAX,
    )


def _digits(column: ColumnProfile, texts: list[str]) -> Trouble | None:
    broken = [each for each in texts if any(one.isdecimal() for one in each)]
    if not 0 < len(broken) <= (1 - _HOLDS_MIN) * len(texts):
        return None
    return Trouble(
        kind="broken_format.digits",
        columns=[column.name],
        where=rf"regexp_matches({query.name(column.name)}, '\d')",
        parameters={"example": f"“{broken[0]}”"},
        share_max=BROKEN_SHARE_MAX,
    )


def _shape(column: ColumnProfile, texts: list[str]) -> Trouble | None:
    """Tell of codes: nearly all are the same letters, digits and marks in the same places."""
    shapes = collections.Counter(_pattern(each) for each in texts)
    pattern, count = shapes.most_common(1)[0]
    broken = [each for each in texts if _pattern(each) != pattern]
    has_digits = r"\d" in pattern and (_MARKS.search(texts[0]) or r"[A-Z" in pattern)
    if not has_digits or count < _SHAPE_HOLDS_MIN * len(texts) or not broken:
        return None
    typical = next(each for each in texts if _pattern(each) == pattern)
    return Trouble(
        kind="broken_format",
        columns=[column.name],
        where=f"NOT regexp_full_match({query.name(column.name)}, {_literal(pattern)})",
        parameters={"example": f"“{broken[0]}”", "typical": f"“{typical}”"},
        share_max=BROKEN_SHARE_MAX,
    )


def _pattern(text: str) -> str:
    """Return the regular expression of a text's shape: runs of letters, of so many digits."""
    parts = []
    for run in _RUNS.findall(text[:60]):
        if run[0].isdecimal():
            parts.append(rf"\d{{{len(run)}}}" if run.isascii() else r"\d+")
        elif run[0].isalpha():
            parts.append("[A-Z]+" if run.isupper() and run.isascii() else r"[\p{L}]+")
        else:
            parts.append(re.escape(run))
    return "".join(parts)


def _literal(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"
