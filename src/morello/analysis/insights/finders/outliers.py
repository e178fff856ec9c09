"""Values that their own column's tail does not explain."""

import functools
import math

import numpy as np

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.pictures import spread_chart
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say
from morello.analysis.methods.outliers import EXTREMES, ROWS_MIN, Tail, tail_of
from morello.analysis.methods.profile import ColumnProfile

DISTINCT_MIN = 13
"""A column of fewer values has levels, not a tail."""
_DISTANCE_MIN = 3.0
_P_MAX = 1e-4
_RECURRING = 5
_MOST = 0.7
_FACTORS = (10, 100, 1000)

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


def find_outliers(subject: Subject, search: Search) -> None:
    """Test both ends of every measure; what is found is kept from all later finders."""
    measures = [each for each in subject.roles.measures if each.distinct >= DISTINCT_MIN]
    extremes = _extremes(subject, measures)
    for column in measures:
        values = subject.numbers(column)
        values = values[~np.isnan(values)]
        if len(values) < ROWS_MIN:
            continue
        low, high = -math.inf, math.inf
        for upper in (False, True):
            shown = extremes.get((column.name, upper))
            tail = tail_of(values, upper=upper, extremes=shown, rows=_rows(subject, column))
            search.tests.append(tail.p_value)
            beyond = _beyond(values if shown is None else shown, tail, upper=upper)
            # A value that keeps coming back is a level of its own, or a placeholder.
            if tail.distance < _DISTANCE_MIN or len(beyond) > _RECURRING * len(np.unique(beyond)):
                continue
            if tail.p_value < _P_MAX:
                middle = (tail.edge + tail.inner) / 2
                low, high = (low, middle) if upper else (middle, high)
            search.candidates.append(_candidate(subject, column, tail, beyond, upper=upper))
        if math.isfinite(low) or math.isfinite(high):
            subject.set_bounds(column.name, low, high)


def _rows(subject: Subject, column: ColumnProfile) -> int:
    return 0 if subject.sample.is_whole else column.rows - column.nulls - column.not_numbers


def _beyond(values: Floats, tail: Tail, *, upper: bool) -> Floats:
    return values[values >= tail.edge] if upper else values[values <= tail.edge]


def _extremes(subject: Subject, measures: list[ColumnProfile]) -> dict[tuple[str, bool], Floats]:
    """Ask the whole table for the ends of each measure, when only a sample is in memory."""
    if subject.sample.is_whole or not measures:
        return {}
    columns = {}
    for place, column in enumerate(measures):
        number = subject.number(column)
        columns[f"low_{place}"] = f"min({number}, {EXTREMES})"
        columns[f"high_{place}"] = f"max({number}, {EXTREMES})"
    answer = subject.ask(query.select(columns, subject.source)).to_pylist()[0]
    return {
        (column.name, upper): np.array(answer[f"{end}_{place}"], dtype=np.float64)
        for place, column in enumerate(measures)
        for end, upper in (("low", False), ("high", True))
        if answer[f"{end}_{place}"]
    }


def _candidate(
    subject: Subject, column: ColumnProfile, tail: Tail, beyond: Floats, *, upper: bool
) -> Candidate:
    number = query.number(column.name, column.type)
    sign = ">=" if upper else "<="
    outside = f"{number} {sign} {query.value(tail.edge)}"
    inside = f"NOT ({outside})"
    end, other = ("min", "max") if upper else ("max", "min")
    whole = subject.numbers(column)
    total = np.nansum(np.abs(whole)) or 1.0
    part = min(1.0, float(np.abs(beyond).sum() / total)) if subject.sample.is_whole else 0.0
    return Candidate(
        id=f"outliers:{column.name}:{'high' if upper else 'low'}",
        kind="outliers",
        group="outliers",
        columns=[column.name],
        p_value=tail.p_value,
        effect=min(1.0, tail.distance / 20),
        coverage=len(beyond) / max(subject.profile.rows, 1),
        reach=part,
        surprise=0.95,
        sql=query.select(
            {
                "outliers": f"count(*) FILTER (WHERE {outside})",
                "nearest": f"{end}({number}) FILTER (WHERE {outside})",
                "furthest": f"{other}({number}) FILTER (WHERE {outside})",
                "others_end": f"{other}({number}) FILTER (WHERE {inside})",
                "typical": f"median({number})",
            },
            subject.source,
        ),
        rows_sql=query.rows(subject.dataset, outside),
        tell=functools.partial(_tell, column.name, _factor(whole, beyond), upper),
        draw=functools.partial(spread_chart, subject, column, tail, upper),
    )


def _factor(values: Floats, beyond: Floats) -> int | None:
    """Return 10, 100 or 1000 when the outliers, divided by it, would be ordinary."""
    low, middle, high = np.nanquantile(values, [0.02, 0.5, 0.98])
    for factor in _FACTORS:
        scaled = beyond / factor
        near = 0.4 * middle <= np.median(scaled) <= 2.5 * middle
        if middle > 0 and near and ((scaled >= low) & (scaled <= high)).mean() > _MOST:
            return factor
    return None


def _tell(column: str, factor: int | None, upper: bool, numbers: Numbers) -> Telling:
    count = int(numbers["outliers"])
    side = "above" if upper else "below"
    form = "one" if count == 1 else "many"
    details = [say("outliers.typical", column=column, typical=numbers["typical"])]
    if factor:
        details.append(say("outliers.factor", factor=factor))
    return Telling(
        say(
            f"outliers.{side}.{form}",
            column=column,
            count=count,
            nearest=numbers["nearest"],
            furthest=numbers["furthest"],
            others_end=numbers["others_end"],
        ),
        details,
    )
