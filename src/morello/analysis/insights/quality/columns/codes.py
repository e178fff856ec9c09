"""Columns that name each other, and columns that follow from another in all rows but a few."""

import functools
import itertools

import numpy as np

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.quality.codes import STRENGTH_MIN, following

COLUMNS_MAX = 20
VALUES_MAX = 20_000
ROWS_LOOKED_AT_MAX = 40_000
BROKEN_SHARE_MAX = 0.01
_BROKEN_VALUES_MAX = 0.25
_ROWS_MIN = 50

Links = dict[tuple[str, str], float]


def find_codes(subject: Subject, search: Search) -> None:
    """Compare columns of names pair by pair; tell of each group once, and what breaks its rule."""
    names = _names(subject)
    step = max(1, subject.sample.rows // ROWS_LOOKED_AT_MAX)
    codes = {each.name: subject.sample.codes(each.name)[0][::step] for each in names}
    links: Links = {}
    for first, second in itertools.permutations(names, 2):
        found = following(codes[first.name], codes[second.name])
        if found is not None and found.strength >= STRENGTH_MIN:
            links[first.name, second.name] = found.strength
    groups = _groups([each.name for each in names], links)
    for group in groups:
        if len(group) > 1:
            subject.formulas.append(set(group))
            search.candidates.append(_codes(subject, group))
    heads = [group[0] for group in groups]
    dimensions = {each.name for each in subject.roles.dimensions}
    for dependent in heads:
        keys = [each for each in heads if (each, dependent) in links]
        if not keys:
            continue
        subject.formulas.extend({each, dependent} for each in keys)
        values = {each: int(np.max(codes[each])) for each in keys}
        key = min(keys, key=lambda each: (-links[each, dependent], values[each], each))
        search.candidates.append(
            _follows(subject, key, dependent, is_told={key, dependent} <= dimensions)
        )


def _names(subject: Subject) -> list[ColumnProfile]:
    """Choose the columns of names that recur."""
    return [
        each
        for each in subject.profile.columns
        if 2 <= each.distinct <= min(VALUES_MAX, 0.5 * (each.rows - each.nulls))  # noqa: PLR2004 - not constant
        and each.rows - each.nulls >= _ROWS_MIN
        and each.name not in subject.twins
        and _is_name(subject, each)
    ][:COLUMNS_MAX]


def _is_name(subject: Subject, column: ColumnProfile) -> bool:
    if column.kind in ("category", "text"):
        return True
    known = (*subject.roles.dimensions, *subject.roles.identifiers)
    return column.kind == "number" and any(each.name == column.name for each in known)


def _groups(names: list[str], links: Links) -> list[list[str]]:
    """Gather columns that follow from each other, both ways."""
    groups: list[list[str]] = []
    for name in names:
        for group in groups:
            if (group[0], name) in links and (name, group[0]) in links:
                group.append(name)
                break
        else:
            groups.append([name])
    return groups


def _codes(subject: Subject, group: list[str]) -> Candidate:
    names = [query.name(each) for each in group]
    known = " AND ".join(f"{each} IS NOT NULL" for each in names)
    inner = f"(SELECT DISTINCT {', '.join(names)} FROM {subject.source} WHERE {known})"  # noqa: S608 - quoted
    ambiguous = " OR ".join(
        _ambiguous(subject, one, other)
        for pair in itertools.pairwise(names)
        for one, other in (pair, pair[::-1])
    )
    return Candidate(
        id=f"codes:{':'.join(group)}",
        kind="codes",
        group="quality",
        columns=group,
        effect=0.5,
        coverage=1.0,
        surprise=0.4,
        sql=query.select(
            {
                "pairs": "count(*)",
                "values": f"greatest({', '.join(f'count(DISTINCT {each})' for each in names)})",
            },
            inner,
        ),
        rows_sql=query.rows(subject.dataset, ambiguous),
        tell=functools.partial(_tell_codes, group),
    )


def _tell_codes(group: list[str], numbers: Numbers) -> Telling | None:
    pairs, values = int(numbers["pairs"]), int(numbers["values"])
    if pairs - values > _BROKEN_VALUES_MAX * values:
        return None
    kind = "codes" if pairs == values else "codes.broken"
    return Telling(say(kind, columns=group, values=values, extra=pairs - values))


def _ambiguous(subject: Subject, key: str, dependent: str) -> str:
    return (
        f"{key} IN (SELECT {key} FROM {subject.source} WHERE {dependent} IS NOT NULL"  # noqa: S608 - quoted
        f" GROUP BY {key} HAVING count(DISTINCT {dependent}) > 1)"
    )


def _follows(subject: Subject, first: str, second: str, *, is_told: bool) -> Candidate:
    key, dependent = query.name(first), query.name(second)
    inner = (
        f"(SELECT count(*) AS n, max(c) AS most, sum(c) AS times FROM"  # noqa: S608 - quoted
        f" (SELECT {key}, {dependent}, count(*) AS c FROM {subject.source}"
        f" WHERE {key} IS NOT NULL AND {dependent} IS NOT NULL GROUP BY ALL)"
        f" GROUP BY {key})"
    )
    return Candidate(
        id=f"follows:{first}:{second}",
        kind="follows",
        group="quality",
        columns=[first, second],
        effect=0.6,
        coverage=1.0,
        surprise=0.4,
        sql=query.select(
            {
                "values": "count(*)",
                "ambiguous": "count(*) FILTER (WHERE n > 1)",
                "exceptions": "coalesce(sum(times - most), 0)",
                "rows": "coalesce(sum(times), 0)",
            },
            inner,
        ),
        rows_sql=query.rows(subject.dataset, _ambiguous(subject, key, dependent)),
        tell=functools.partial(_tell_follows, first, second, is_told),
    )


def _tell_follows(first: str, second: str, is_told: bool, numbers: Numbers) -> Telling | None:
    counts = {each: int(numbers[each]) for each in ("values", "ambiguous", "exceptions", "rows")}
    if not counts["exceptions"]:
        return Telling(say("follows", first=first, second=second, **counts)) if is_told else None
    if counts["exceptions"] > BROKEN_SHARE_MAX * counts["rows"]:
        return None
    return Telling(say("follows.broken", first=first, second=second, **counts))
