"""What can be followed over time: rows, averages, shares; as numbers, and as a query."""

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.table import query
from morello.analysis.insights.table.calendar import Calendar
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain
from morello.analysis.methods.difference import winsorized
from morello.analysis.methods.profile import ColumnProfile

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]

ROWS_PER_PERIOD_MIN = 3
"""Periods with fewer values are left out of averages and shares."""
SHARES_MAX = 12
"""Values of a dimension that are followed, the most frequent."""


@dataclasses.dataclass(frozen=True, slots=True)
class Series:
    """One number a period. `kind` is `rows`, `mean`, `share`, `segment` or `missing`."""

    kind: str
    column: ColumnProfile | None
    values: Floats
    weights: Floats
    periods: NDArray[np.int64]
    """The period each value belongs to; some may be left out."""
    dimension: ColumnProfile | None = None
    group: int = -1
    coverage: float = 1.0

    @property
    def key(self) -> str:
        """What it follows, for ids."""
        column = self.column.name if self.column else "rows"
        return f"{column}:{self.dimension.name}:{self.group}" if self.dimension else column


def rows_of(calendar: Calendar) -> Series:
    """Count the rows of each period."""
    counts = _counts(calendar.slots, calendar.count)
    return Series("rows", None, counts, np.ones(calendar.count), np.arange(calendar.count))


def adjusted(subject: Subject, measure: ColumnProfile) -> Floats:
    """Return a measure's values as if every period had the same mix of each dimension's values.

    An average that moves only because the mix does is told as the mix, not as the average.
    """
    values = subject.numbers(measure).copy()
    known = ~np.isnan(values)
    values[known] = winsorized(values[known])
    for dimension in subject.roles.dimensions:
        codes = subject.sample.codes(dimension.name)[0][known] + 1
        counts = np.maximum(np.bincount(codes), 1)
        means = np.bincount(codes, values[known]) / counts
        values[known] += values[known].mean() - means[codes]
    return values


def mean_of(calendar: Calendar, measure: ColumnProfile, values: Floats) -> Series:
    """Average a measure's values in each period."""
    used = ~np.isnan(values) & (calendar.slots >= 0)
    slots = calendar.slots[used]
    sums = np.bincount(slots, values[used], calendar.count)
    return _mean(measure, _counts(slots, calendar.count), sums)


def means_of(
    calendar: Calendar, measure: ColumnProfile, values: Floats, codes: Codes, groups: int
) -> list[tuple[Series, Series]]:
    """Average a measure's values in each period: of each group, and of all rows but its own."""
    used = ~np.isnan(values) & (calendar.slots >= 0)
    cells = calendar.slots[used] * (groups + 1) + np.minimum(codes[used] % (groups + 1), groups)
    shape = (calendar.count, groups + 1)
    counts = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    sums = np.bincount(cells, values[used], shape[0] * shape[1]).reshape(shape)
    totals, whole = counts.sum(axis=1), sums.sum(axis=1)
    return [
        (
            _mean(measure, counts[:, each], sums[:, each]),
            _mean(measure, totals - counts[:, each], whole - sums[:, each]),
        )
        for each in range(groups)
    ]


def _mean(measure: ColumnProfile, counts: Floats, sums: NDArray[Any]) -> Series:
    kept = np.flatnonzero((counts > 0) & (counts >= min(ROWS_PER_PERIOD_MIN, np.median(counts))))
    return Series("mean", measure, sums[kept] / counts[kept], counts[kept], kept)


def segment_of(here: Series, rest: Series, dimension: ColumnProfile, group: int) -> Series:
    """Take the average of one segment minus that of everywhere else, in each period."""
    kept, at, other = np.intersect1d(here.periods, rest.periods, return_indices=True)
    a, b = here.weights[at], rest.weights[other]
    both = (a >= ROWS_PER_PERIOD_MIN) & (b >= ROWS_PER_PERIOD_MIN)
    values = (here.values[at] - rest.values[other])[both]
    weights = (a * b / np.maximum(a + b, 1))[both]
    share = float(here.weights.sum() / max(here.weights.sum() + rest.weights.sum(), 1))
    return Series("segment", here.column, values, weights, kept[both], dimension, group, share)


def share_of(subject: Subject, calendar: Calendar, dimension: ColumnProfile, group: int) -> Series:
    """Give the share of a dimension's value in each period."""
    codes = subject.sample.codes(dimension.name)[0]
    within = (calendar.slots >= 0) & (codes >= 0)
    share = float((codes[within] == group).mean()) if within.any() else 0.0
    series = _share(calendar, within, codes == group)
    return dataclasses.replace(series, dimension=dimension, group=group, coverage=share)


def absence_of(subject: Subject, calendar: Calendar, column: ColumnProfile) -> Series:
    """Give the share of rows of each period in which a column is absent."""
    absent = subject.sample.absent(column.name)
    series = _share(calendar, calendar.slots >= 0, absent)
    return dataclasses.replace(series, kind="missing", column=column)


def level(subject: Subject, series: Series, when: str, periods: int) -> dict[str, str]:
    """Write the level of a series over some periods as a query's columns, by suffix."""
    if series.kind == "rows":
        return {"": f"count(*) FILTER (WHERE {when}) / {periods}.0"}
    if series.kind == "missing":
        assert series.column is not None
        absent = f"{query.name(series.column.name)} IS NULL"
        return {"": _ratio(f"{when} AND {absent}", when)}
    if series.kind == "mean":
        assert series.column is not None
        return {"": f"avg({subject.number(series.column)}) FILTER (WHERE {when})"}
    assert series.dimension is not None
    inside = query.is_value(series.dimension.name, value_of(subject, series))
    if series.kind == "share":
        known = f"{when} AND {query.name(series.dimension.name)} IS NOT NULL"
        return {"": _ratio(f"{when} AND {inside}", known)}
    assert series.column is not None
    number = subject.number(series.column)
    outside = query.is_not_value(series.dimension.name, value_of(subject, series))
    return {
        "": f"avg({number}) FILTER (WHERE {when} AND {inside})",
        "_elsewhere": f"avg({number}) FILTER (WHERE {when} AND {outside})",
    }


def value_of(subject: Subject, series: Series) -> object:
    """Return the dimension's value that a series is about."""
    assert series.dimension is not None
    return subject.sample.codes(series.dimension.name)[1][series.group]


def parameters_of(subject: Subject, series: Series) -> dict[str, object]:
    """Return what a sentence needs to name a series."""
    parameters: dict[str, object] = {}
    if series.column is not None:
        parameters["column"] = series.column.name
    if series.dimension is not None:
        parameters["dimension"] = series.dimension.name
        parameters["value"] = plain(value_of(subject, series))
    return parameters


def _ratio(part: str, whole: str) -> str:
    return f"count(*) FILTER (WHERE {part}) / nullif(count(*) FILTER (WHERE {whole}), 0)"


def _share(calendar: Calendar, within: NDArray[np.bool_], hits: NDArray[np.bool_]) -> Series:
    totals = _counts(calendar.slots[within], calendar.count)
    found = _counts(calendar.slots[within & hits], calendar.count)
    kept = np.flatnonzero(totals >= ROWS_PER_PERIOD_MIN)
    return Series("share", None, found[kept] / totals[kept], totals[kept], kept)


def _counts(slots: NDArray[np.int64], periods: int) -> Floats:
    return np.bincount(slots[slots >= 0], minlength=periods).astype(np.float64)
