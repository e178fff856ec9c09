"""Strands: what is counted, averaged or added up each period, taken apart into usual and rest."""

import dataclasses
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.table import query
from morello.analysis.insights.table.calendar import Calendar
from morello.analysis.insights.table.roles import weight_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain
from morello.analysis.methods.difference import winsorized
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.series.decomposition import take_apart

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MEASURES_MAX = 12
SEGMENT_MEASURES_MAX = 3
DIMENSIONS_MAX = 6
GROUPS_MAX = 6
SEGMENT_PERIODS_MAX = 1500
"""Longer series are taken apart as a whole only."""
_SEGMENT_ROWS_MIN = 2
_WIDTHS = {"day": 29, "week": 13, "month": 13, "quarter": 9, "year": 9}
"""Periods around each of which the median is its level."""
_SEASONS = {"day": 7, "month": 12, "quarter": 4}
_SEASONS_MIN = 5
"""Seasons there must be for one to be taken out."""
_STABLE = 3 / 8
"""Makes the square root of a count of alike noise everywhere (Anscombe, 1948)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Strand:
    """One number a period. `kind` is `rows`, `mean` or `sum`."""

    kind: str
    measure: ColumnProfile | None
    values: Floats
    """NaN where a period has none."""
    usual: Floats
    rest: Floats
    """What level and season leave, of alike noise everywhere; not in the values' unit."""
    rows: float
    """Of a usual period."""
    made: Floats
    """As how many rows of normal noise each period's number is as near to normal."""
    dimension: ColumnProfile | None = None
    group: int = -1

    @property
    def form(self) -> str:
        """The last part but one of a sentence's id."""
        return self.kind if self.dimension is None else f"{self.kind}_where"

    def value(self, subject: Subject) -> object:
        """Return the dimension's value that it follows."""
        assert self.dimension is not None
        return subject.sample.codes(self.dimension.name)[1][self.group]

    def inside(self, subject: Subject) -> str:
        """Write the condition for its rows; empty for all."""
        if self.dimension is None:
            return ""
        return query.is_value(self.dimension.name, self.value(subject))

    def level(self, subject: Subject, when: str, periods: int) -> str:
        """Write its level over some periods as a query's column."""
        inside = self.inside(subject)
        where = f"FILTER (WHERE {when} AND {inside})" if inside else f"FILTER (WHERE {when})"
        if self.measure is None:
            return f"count(*) {where} / {periods}.0"
        number = subject.number(self.measure)
        if self.kind == "sum":
            return f"coalesce(sum({number}) {where}, 0) / {periods}.0"
        return f"avg({number}) {where}"

    def names(self, subject: Subject) -> dict[str, object]:
        """Return what a sentence needs to name it."""
        found: dict[str, object] = {}
        if self.measure is not None:
            found["measure"] = self.measure.name
        if self.dimension is not None:
            found |= {"dimension": self.dimension.name, "value": plain(self.value(subject))}
        return found


def strands_of(subject: Subject, calendar: Calendar) -> list[Strand]:
    """Follow the rows, and the averages and sums of measures; sums of money only."""
    every = calendar.slots >= 0
    found = [_strand(calendar, "rows", None, every)]
    for measure in subject.roles.measures[:MEASURES_MAX]:
        found.append(_strand(calendar, "mean", measure, every, subject.numbers(measure)))
        if found[0].rows > 1 and weight_of(measure) > 1:
            found.append(_strand(calendar, "sum", measure, every, subject.numbers(measure)))
    return found


def segments_of(subject: Subject, calendar: Calendar) -> Iterator[Strand]:
    """Follow the rows and the foremost measures where a dimension has one of its values."""
    if calendar.count > SEGMENT_PERIODS_MAX:
        return
    measures = sorted(subject.roles.measures, key=lambda each: -weight_of(each))
    for dimension in subject.roles.dimensions[:DIMENSIONS_MAX]:
        codes, values = subject.sample.codes(dimension.name)
        for group in range(min(len(values), GROUPS_MAX)):
            inside = (codes == group) & (calendar.slots >= 0)
            if inside.sum() < _SEGMENT_ROWS_MIN * calendar.count:
                break  # the others are smaller still
            strands = [_strand(calendar, "rows", None, inside)]
            strands += [
                _strand(calendar, "mean", each, inside, subject.numbers(each))
                for each in measures[:SEGMENT_MEASURES_MAX]
            ]
            for strand in strands:
                yield dataclasses.replace(strand, dimension=dimension, group=group)


def _strand(
    calendar: Calendar,
    kind: str,
    measure: ColumnProfile | None,
    chosen: NDArray[np.bool_],
    numbers: Floats | None = None,
) -> Strand:
    if numbers is not None:
        chosen = chosen & ~np.isnan(numbers)
    slots = calendar.slots[chosen]
    counts = np.bincount(slots, minlength=calendar.count).astype(np.float64)
    usual_rows = float(np.median(counts))
    values, weights, skew = counts, np.ones(calendar.count), 1.0
    if numbers is not None and len(slots):
        # Where a period is one row, its value is what is looked at, and nothing to be pulled in.
        each = winsorized(numbers[chosen]) if usual_rows > 1 else numbers[chosen]
        sums = np.bincount(slots, each, calendar.count)
        skew = _skew_of(each)
        values = np.asarray(sums, dtype=np.float64)
        if kind == "mean":
            values = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
            weights = counts / max(usual_rows, 1)
    is_rooted = kind != "mean" and bool((values >= 0).all())
    stable = np.sqrt(values + _STABLE) if is_rooted else values
    parts = take_apart(stable, season_of(calendar), _WIDTHS[calendar.unit])
    usual = parts.level + parts.season
    rest = parts.rest * np.sqrt(weights)
    if is_rooted:
        usual = np.maximum(np.maximum(usual, 0) ** 2 - _STABLE, 0)
        # Days that are always closed say nothing of how open ones stray.
        rest = np.where((values == 0) & (usual < _STABLE), np.nan, rest)
    made = (counts if kind == "mean" else np.full(calendar.count, usual_rows)) / skew
    return Strand(kind, measure, values, usual, rest, usual_rows, made)


def _skew_of(numbers: Floats) -> float:
    """Return how many times the rows it takes for a mean to be as near to normal: 1 or more."""
    spread = float(numbers.std())
    if not spread > 0:
        return 1.0
    standard = (numbers - numbers.mean()) / spread
    skewness, kurtosis = float((standard**3).mean()), float((standard**4).mean()) - 3
    return 1 + skewness**2 + max(kurtosis, 0.0)


def season_of(calendar: Calendar) -> Ints | None:
    """Return each period's place in its season: weekday, month, quarter; None without one."""
    length = _SEASONS.get(calendar.unit)
    if length is None or calendar.count < _SEASONS_MIN * length:
        return None
    offset = 3 if calendar.unit == "day" else 0
    return (np.arange(calendar.count) + calendar.first + offset) % length
