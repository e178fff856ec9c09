"""One column in two units: cents among euros, pounds among kilograms."""

import functools
import re

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import Axis, Chart, Mark, Series
from morello.analysis.insights.candidate import Candidate, Search
from morello.analysis.insights.quality.trouble import Trouble
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain, say
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.quality.units import Copies, factor_between, two_copies

ROWS_LOOKED_AT_MAX = 20_000
GROUPS_MAX = 30
BINS = 40
_GROUPS_MIN = 3
_GROUP_ROWS_MIN = 20
_OTHERS_SPREAD_MAX = 0.15
"""How far apart the other groups may lie, against the factor."""
_MEASURE_NAME = re.compile(
    r"weight|mass|height|length|width|distance|size|depth|volume|duration|elapsed|time|speed"
    r"|(^|[_\s])(kg|lbs?|cm|mm|inch|feet|ft|km|miles?)($|[_\s])|무게|중량|길이|거리|높이|부피|시간",
    re.IGNORECASE,
)
_UNIT_NAME = re.compile(r"unit|currency|measure|단위|통화", re.IGNORECASE)
_DISTINCT_MIN = 20

Floats = NDArray[np.float64]


def find_units(subject: Subject, search: Search) -> None:
    """Find measures that hold two copies of one shape, in all rows or in one group's."""
    step = max(1, subject.sample.rows // ROWS_LOOKED_AT_MAX)
    for column in subject.roles.measures:
        if column.distinct < _DISTINCT_MIN or column.negatives:
            continue
        values = subject.numbers(column)[::step]
        is_measure = _MEASURE_NAME.search(column.name) is not None
        candidate = _in_a_group(subject, column, (values, step), is_measure)
        if candidate is None:
            copies = two_copies(values[~np.isnan(values)], is_measure=is_measure)
            candidate = None if copies is None else _mixed(subject, column, copies)
        if candidate is not None:
            search.candidates.append(candidate)


def _mixed(subject: Subject, column: ColumnProfile, copies: Copies) -> Candidate:
    number = query.number(column.name, column.type)
    is_upper = copies.upper_share <= 0.5  # noqa: PLR2004 - the smaller part is the odd one
    sign = ">=" if is_upper else "<"
    return Trouble(
        kind="units.above" if is_upper else "units.below",
        columns=[column.name],
        where=f"{number} {sign} {query.value(copies.split)} AND {number} > 0",
        parameters={"factor": _shown(copies.factor), "split": copies.split},
        shown={
            "usual": f"median({number}) FILTER (WHERE NOT ({number} {sign}"
            f" {query.value(copies.split)}))",
            "odd": f"median({number}) FILTER (WHERE {number} {sign} {query.value(copies.split)}"
            f" AND {number} > 0)",
        },
        effect=0.9,
        surprise=0.9,
        caveats=[say("units.caveat", factor=_shown(copies.factor))],
        draw=functools.partial(_chart, subject, column, copies.split, is_upper=is_upper),
    ).candidate(subject)


def _in_a_group(
    subject: Subject, column: ColumnProfile, looked_at: tuple[Floats, int], is_measure: bool
) -> Candidate | None:
    values, step = looked_at
    used = np.flatnonzero(values > 0)
    logs = np.log10(values[used])
    for dimension in subject.roles.dimensions:
        codes, names = subject.sample.codes(dimension.name)
        if not _GROUPS_MIN <= len(names) <= GROUPS_MAX or _UNIT_NAME.search(dimension.name):
            continue
        found = _odd_group(logs, codes[::step][used], len(names), is_measure)
        if found is not None:
            group, factor = found
            return _grouped(subject, (column, dimension), names[group], factor)
    return None


def _odd_group(
    logs: Floats, codes: NDArray[np.int32], groups: int, is_measure: bool
) -> tuple[int, float] | None:
    """Return the group whose values are a copy of all others', a known factor apart."""
    counts = np.bincount(codes[codes >= 0], minlength=groups)
    sums = np.bincount(codes[codes >= 0], logs[codes >= 0], groups)
    large = np.flatnonzero(counts >= _GROUP_ROWS_MIN)
    if len(large) < _GROUPS_MIN:
        return None
    means = sums[large] / counts[large]
    odd = int(np.argmax(np.abs(means - np.median(means))))
    others = np.delete(means, odd)
    shift = float(means[odd] - others.mean())
    if float(np.ptp(others)) > _OTHERS_SPREAD_MAX * abs(shift):
        return None
    inside = codes == large[odd]
    factor = factor_between(logs[(codes >= 0) & ~inside], logs[inside], is_measure=is_measure)
    return None if factor is None else (int(large[odd]), factor)


def _grouped(
    subject: Subject, columns: tuple[ColumnProfile, ColumnProfile], value: object, factor: float
) -> Candidate:
    column, dimension = columns
    number = query.number(column.name, column.type)
    inside = query.is_value(dimension.name, value)
    outside = query.is_not_value(dimension.name, value)
    return Trouble(
        kind="units.group.higher" if factor > 1 else "units.group.lower",
        columns=[column.name, dimension.name],
        where=f"{inside} AND {number} > 0",
        parameters={
            "dimension": dimension.name,
            "value": plain(value),
            "factor": _shown(max(factor, 1 / factor)),
        },
        shown={
            "odd": f"median({number}) FILTER (WHERE {inside})",
            "usual": f"median({number}) FILTER (WHERE {outside})",
        },
        share_max=0.5,
        effect=0.9,
        surprise=0.9,
        part=str(plain(value)),
        caveats=[say("units.caveat", factor=_shown(max(factor, 1 / factor)))],
    ).candidate(subject)


def _shown(factor: float) -> float:
    return float(f"{max(factor, 1 / factor):.4g}")


def _chart(subject: Subject, column: ColumnProfile, split: float, *, is_upper: bool) -> Chart:
    values = subject.sample.raw_numbers(column.name)
    values = values[values > 0]
    edges = np.geomspace(values.min(), values.max(), BINS + 1)
    counts, _ = np.histogram(values, edges)
    odd = edges[:-1] >= split if is_upper else edges[1:] <= split
    return Chart(
        kind="histogram",
        title=say("chart.spread", column=column.name),
        x=Axis(title=column.name, scale="log"),
        y=Axis(title=say("axis.rows")),
        series=[
            Series(
                x=edges.tolist(),
                y=[float(each) if here else None for each, here in zip(counts, part, strict=True)],
                role=role,
            )
            for part, role in ((~odd, "plain"), (odd, "highlight"))
        ],
        marks=[Mark(x=split, label=say("mark.units"))],
    )
