"""Numbers that were rounded more often than they are precise."""

import functools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Candidate, Search, Telling
from morello.analysis.insights.finders.patterns.shapes.pictures import heaps_chart
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.outliers import grain_of
from morello.analysis.methods.patterns.recurring import Heaping, heaping_of
from morello.analysis.methods.profile import ColumnProfile

P_MAX = 1e-5
EXCESS_MIN = 0.08
"""Least share of values that seem to be rounded."""
EXCESS_MAX = 0.8
"""Beyond it the step is the column's own, such as that of a price list."""

Floats = NDArray[np.float64]


def find_heaping(subject: Subject, column: ColumnProfile, values: Floats, search: Search) -> float:
    """Tell of round numbers among finite values; return the step that the values come in."""
    heaping = heaping_of(values)
    if heaping is None:
        return grain_of(values) if len(values) else 0.0
    search.tests.append(heaping.p_value)
    if heaping.p_value > P_MAX or heaping.excess < EXCESS_MIN:
        return heaping.grain
    if heaping.excess <= EXCESS_MAX:
        search.candidates.append(_heaping(subject, column, values, heaping))
    return heaping.step


def _heaping(subject: Subject, column: ColumnProfile, values: Floats, found: Heaping) -> Candidate:
    number = subject.number(column)
    near = query.value(found.grain / 100)
    step = query.value(found.step)
    rounded = f"abs({number} - round({number} / {step}) * {step}) < {near}"
    return Candidate(
        id=f"heaping:{column.name}:{found.step:g}",
        kind="heaping",
        group="quality",
        columns=[column.name],
        p_value=found.p_value,
        effect=found.excess,
        coverage=found.share,
        surprise=0.5,
        sql=query.select(
            {"rows": f"count(*) FILTER (WHERE {rounded})", "of": f"count({number})"},
            subject.source,
        ),
        rows_sql=query.rows(subject.dataset, rounded),
        tell=lambda numbers: Telling(
            say(
                "heaping",
                column=column.name,
                step=found.step,
                share=share(numbers["rows"] / max(numbers["of"], 1)),
                chance=share(found.chance),
            ),
            [say("heaping.why", column=column.name, step=found.step)],
        ),
        draw=functools.partial(heaps_chart, column.name, values, found),
    )
