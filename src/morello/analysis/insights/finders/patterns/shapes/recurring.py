"""A value that keeps coming back: within a column, or at the end of its scale."""

import functools
import math

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.finders.patterns.shapes.pictures import histogram_chart
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.patterns.recurring import TIMES_MIN, Recurring, end_of, spike_of
from morello.analysis.methods.profile import ColumnProfile

P_MAX = 1e-5
SPIKE_SHARE_MIN = 0.01
END_SHARE_MIN = 0.005

Floats = NDArray[np.float64]


def find_recurring(
    subject: Subject, column: ColumnProfile, values: Floats, search: Search
) -> list[float]:
    """Tell of values that recur among finite ones, at an end or within; return them."""
    found: list[float] = []
    low, high = subject.bounds.get(column.name, (-math.inf, math.inf))
    for upper, bound in ((False, low), (True, high)):
        end = end_of(values, upper=upper) if math.isinf(bound) else None
        if end is None:
            continue
        search.tests.append(end.p_value)
        if _recurs(end, END_SHARE_MIN):
            found.append(end.value)
            # Nobody wonders at nothing: no discount, no children.
            kind = "spike" if end.value == 0 else "capped"
            search.candidates.append(_recurring(subject, column, end, kind, upper=upper))
    spike = spike_of(values)
    if spike is not None:
        search.tests.append(spike.p_value)
        if spike.value not in found and _recurs(spike, SPIKE_SHARE_MIN):
            found.append(spike.value)
            search.candidates.append(_recurring(subject, column, spike, "spike", upper=True))
    return found


def _recurs(found: Recurring, share_min: float) -> bool:
    return found.share >= share_min and found.times >= TIMES_MIN and found.p_value <= P_MAX


def _recurring(
    subject: Subject, column: ColumnProfile, found: Recurring, kind: str, *, upper: bool
) -> Candidate:
    number = subject.number(column)
    here = f"{number} = {query.value(found.value)}"
    beyond = f"{number} {'>' if upper else '<'} {query.value(found.value)}"
    return Candidate(
        id=f"{kind}:{column.name}:{found.value:g}",
        kind=kind,
        group="patterns" if kind == "spike" else "quality",
        columns=[column.name],
        p_value=found.p_value,
        effect=min(1.0, math.log10(found.times) / 2),
        coverage=found.share,
        surprise=0.25 if found.value == 0 else 0.7,
        sql=query.select(
            {
                "rows": f"count(*) FILTER (WHERE {here})",
                "of": f"count({number})",
                "beyond": f"count(*) FILTER (WHERE {beyond})",
            },
            subject.source,
        ),
        rows_sql=query.rows(subject.dataset, here),
        tell=functools.partial(_tell_recurring, column.name, found, kind, upper),
        draw=functools.partial(histogram_chart, subject, column, found.value),
    )


def _tell_recurring(
    column: str, found: Recurring, kind: str, upper: bool, numbers: Numbers
) -> Telling | None:
    if not numbers["rows"] or (kind == "capped" and numbers["beyond"]):
        return None
    parameters = {
        "column": column,
        "value": found.value,
        "count": int(numbers["rows"]),
        "share": share(numbers["rows"] / numbers["of"]),
    }
    if kind == "spike":
        return Telling(say("spike", **parameters), [say("spike.times", times=found.times)])
    way = "above" if upper else "below"
    return Telling(say(f"capped.{way}", **parameters), [say("capped.why", column=column)])
