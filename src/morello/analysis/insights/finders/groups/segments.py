"""Groups of rows whose average differs from all other rows."""

import functools
import math

import numpy as np

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.pictures import means_chart
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import compared, plain, say
from morello.analysis.methods.difference import Gaps, gaps_of
from morello.analysis.methods.profile import ColumnProfile

SIZE_MIN = 0.2
"""Least difference worth telling, in standard deviations within groups: Cohen's small effect."""
FIXED_SHARE = 0.97
"""A dimension that explains more of a measure than this fixes it: nothing to discover."""
_ALSO_MAX = 2
_STEEPNESS = 1.2
"""A large difference of 0.8 deviations counts 0.62; beyond, more still counts more."""


def find_segments(subject: Subject, search: Search) -> None:
    """Compare every value of every dimension with the rest, for every measure."""
    for dimension in subject.roles.dimensions:
        codes, values = subject.sample.codes(dimension.name)
        for measure in subject.roles.measures:
            gaps = gaps_of(subject.numbers(measure), codes, len(values), SIZE_MIN)
            if gaps.explained > FIXED_SHARE:
                continue
            search.tests.extend(gaps.tests)
            if gaps.found:
                search.candidates.append(_candidate(subject, dimension, measure, gaps))


def _candidate(
    subject: Subject, dimension: ColumnProfile, measure: ColumnProfile, gaps: Gaps
) -> Candidate:
    values = subject.sample.codes(dimension.name)[1]
    best, also = gaps.found[0], gaps.found[1 : _ALSO_MAX + 1]
    number = subject.number(measure)
    chosen = [values[each.group] for each in (best, *also)]
    inside = query.is_value(dimension.name, chosen[0])
    outside = query.is_not_value(dimension.name, chosen[0])
    columns = {
        "mean": f"avg({number}) FILTER (WHERE {inside})",
        "elsewhere": f"avg({number}) FILTER (WHERE {outside})",
        "rows": f"count({number}) FILTER (WHERE {inside})",
        "rows_elsewhere": f"count({number}) FILTER (WHERE {outside})",
    }
    for place, value in enumerate(chosen[1:], start=1):
        also_inside = query.is_value(dimension.name, value)
        columns[f"also_{place}"] = f"avg({number}) FILTER (WHERE {also_inside})"
    known = int((~np.isnan(subject.numbers(measure))).sum())
    return Candidate(
        id=f"segment:{dimension.name}={chosen[0]}:{measure.name}",
        kind="segment",
        group="business",
        columns=[dimension.name, measure.name],
        p_value=best.p_value,
        effect=1 - math.exp(-_STEEPNESS * abs(best.size)),
        coverage=best.rows / max(known, 1),
        surprise=0.8,
        sql=query.select(columns, subject.source),
        rows_sql=query.rows(subject.dataset, inside),
        tell=functools.partial(_tell, dimension.name, measure.name, chosen, best.difference),
        draw=functools.partial(means_chart, subject, dimension, measure, best.group),
        claim=(measure.name, dimension.name, best.group),
        size=best.size,
        strength=abs(best.size) * (min(best.rows, known - best.rows) / max(known, 1)) ** 0.5,
    )


def _tell(
    dimension: str, measure: str, chosen: list[object], expected: float, numbers: Numbers
) -> Telling | None:
    mean, rest = numbers["mean"], numbers["elsewhere"]
    if (mean - rest) * expected <= 0:  # one huge value speaks against what the others say
        return None
    message = compared("segment", mean, rest, dimension=dimension, value=plain(chosen[0]),
                       measure=measure)  # fmt: skip
    details = [say("segment.rows", rows=int(numbers["rows"]), value=plain(chosen[0]))]
    for place, value in enumerate(chosen[1:], start=1):
        details.append(
            say(
                "segment.also",
                dimension=dimension,
                value=plain(value),
                measure=measure,
                mean=numbers[f"also_{place}"],
            )
        )
    return Telling(message, details)
