"""What groups are compared by: the average of a measure, or the rate of one of two values."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.table import query
from morello.analysis.insights.table.roles import is_outcome, weight_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain, say
from morello.analysis.methods.difference import winsorized
from morello.analysis.methods.profile import ColumnProfile
from morello.kernel.messages import Message

TARGETS_MAX = 12
_MINORITY_MIN = 0.02
_TWO = 2
_OUTCOME_WEIGHT = 2.0
_YES_WEIGHT = 1.5
_CLASS_WEIGHT = 0.8
"""Of two values of which neither says yes: rather what rows are grouped by."""

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """A number for each row; of a rate 1 where the column has the outcome, 0 where another."""

    column: ColumnProfile
    values: Floats
    """NaN where absent; a measure's outer 0.5 % are pulled in."""
    number: str
    """The same for a query, whole."""
    outcome: object = None

    @property
    def name(self) -> str:
        """Its column."""
        return self.column.name

    @property
    def is_rate(self) -> bool:
        """Whether it is a rate."""
        return self.outcome is not None

    @property
    def weight(self) -> float:
        """How much rather it is told of than columns that are not an outcome."""
        if is_outcome(self.name):
            return _OUTCOME_WEIGHT
        if self.is_rate:
            return _YES_WEIGHT if _says_yes(self.outcome) else _CLASS_WEIGHT
        return weight_of(self.column)

    @property
    def what(self) -> Message:
        """What is compared, in words."""
        if self.is_rate and _says_yes(self.outcome):
            return say("groups.yes", column=self.name)
        if self.is_rate:
            return say("groups.rate", column=self.name, outcome=plain(self.outcome))
        return say("groups.mean", column=self.name)


def targets_of(subject: Subject, rows: NDArray[np.int64]) -> list[Target]:
    """Return what to compare in these rows: outcomes first, then rates, then money, then others."""
    found = [
        _rate(subject, each, rows) for each in subject.roles.dimensions if each.distinct == _TWO
    ]
    found += [
        _measure(subject, each, rows)
        for each in subject.roles.measures
        if each.name not in subject.twins
    ]
    kept = [each for each in found if each is not None and np.nanstd(each.values) > 0]
    kept.sort(key=lambda each: (not is_outcome(each.name), -each.weight))
    return kept[:TARGETS_MAX]


def _measure(subject: Subject, column: ColumnProfile, rows: NDArray[np.int64]) -> Target | None:
    values = subject.numbers(column)[rows].copy()
    known = ~np.isnan(values)
    if known.sum() < _TWO:
        return None
    values[known] = winsorized(values[known])
    return Target(column, values, subject.number(column))


def _rate(subject: Subject, column: ColumnProfile, rows: NDArray[np.int64]) -> Target | None:
    codes, values = subject.sample.codes(column.name)
    codes = codes[rows]
    if len(values) != _TWO or not (codes >= 0).any():
        return None
    # The rarer value is the outcome, unless one of them says that it is.
    place = 0 if _says_yes(values[0]) and not _says_yes(values[1]) else 1
    hits = np.where(codes < 0, np.nan, (codes == place).astype(np.float64))
    share = float(np.nanmean(hits))
    if not _MINORITY_MIN <= share <= 1 - _MINORITY_MIN:
        return None
    known = f"{query.name(column.name)} IS NOT NULL"
    is_it = query.is_value(column.name, values[place])
    number = f"CASE WHEN {known} THEN CAST({is_it} AS DOUBLE) END"
    return Target(column, hits, number, outcome=values[place])


def _says_yes(value: object) -> bool:
    return value is True or value == 1 or str(value).strip().lower() in ("yes", "y", "true", "예")
