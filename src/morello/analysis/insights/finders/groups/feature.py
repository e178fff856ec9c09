"""What rows are grouped by: a dimension's values, or ranges of a number, as codes of the sample."""

import dataclasses
import itertools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain, rounded, say
from morello.analysis.methods.profile import ColumnProfile
from morello.kernel.messages import Message

NUMBERS_MAX = 10
VALUES_MAX = 12
"""Values of a dimension that are told apart, the most frequent; the others are one."""
BINS = 6
FINE_BINS = 24
_ROWS_MIN = 30

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]


@dataclasses.dataclass(frozen=True, slots=True)
class Condition:
    """Some codes of a feature: for a query, and in words."""

    holds: Floats
    """1 for the codes it holds for."""
    sql: str
    words: Message
    key: str


@dataclasses.dataclass(frozen=True, slots=True)
class Feature:
    """A column in codes 0..size-1, negative where absent."""

    column: ColumnProfile
    codes: Codes
    fine: Codes
    """The same, told further apart: what a column does by itself is taken out by these."""
    size: int
    labels: list[str]
    """A code's name, for charts."""
    sql: str
    """The code for a query; NULL where absent."""
    conditions: list[Condition]
    is_number: bool

    @property
    def name(self) -> str:
        """Its column."""
        return self.column.name

    @property
    def masks(self) -> Floats:
        """The conditions by codes."""
        return np.array([each.holds for each in self.conditions]).reshape(-1, self.size)


def features_of(subject: Subject, rows: NDArray[np.int64]) -> list[Feature]:
    """Return the features of these rows: all dimensions, then the first few numbers."""
    found = [_dimension(subject, each, rows) for each in subject.roles.dimensions]
    grouped = {each.name for each in subject.roles.dimensions}
    numbers = [each for each in subject.roles.measures if each.name not in grouped | subject.twins]
    found += [_number(subject, each, rows) for each in numbers[:NUMBERS_MAX]]
    return [each for each in found if each is not None]


def _dimension(subject: Subject, column: ColumnProfile, rows: NDArray[np.int64]) -> Feature | None:
    codes, values = subject.sample.codes(column.name)
    shown = values[:VALUES_MAX]
    size = len(shown) + (len(values) > len(shown))
    if size < 2:  # noqa: PLR2004 - nothing to compare
        return None
    codes = np.minimum(codes[rows], size - 1).astype(np.int32)
    counts = np.bincount(codes[codes >= 0], minlength=size)
    conditions = [
        Condition(
            np.eye(size)[place],
            query.is_value(column.name, value),
            say("groups.is", column=column.name, value=plain(value)),
            f"{column.name}={plain(value)}",
        )
        for place, value in enumerate(shown)
        if counts[place] >= _ROWS_MIN
    ]
    cases = [
        f"WHEN {query.is_value(column.name, value)} THEN {place}"
        for place, value in enumerate(shown)
    ]
    sql = f"CASE {' '.join(cases)} WHEN {query.name(column.name)} IS NOT NULL THEN {len(shown)} END"
    labels = [str(plain(each)) for each in shown] + ["…"] * (size - len(shown))
    fine = subject.sample.codes(column.name)[0][rows]
    return Feature(column, codes, fine, size, labels, sql, conditions, is_number=False)


def _number(subject: Subject, column: ColumnProfile, rows: NDArray[np.int64]) -> Feature | None:
    values = subject.numbers(column)[rows]
    known = ~np.isnan(values)
    if known.sum() < _ROWS_MIN:
        return None
    cuts = np.quantile(values[known], np.arange(1, BINS) / BINS)
    # A reader sees these edges: three digits say as much.
    edges = sorted({rounded(float(each)) for each in cuts})
    edges = [each for each in edges if values[known].min() <= each < values[known].max()]
    if not edges:
        return None
    size = len(edges) + 1
    codes = np.where(known, np.searchsorted(edges, np.where(known, values, 0)), -1)
    number = subject.number(column)
    cases = [f"WHEN {number} <= {query.value(edge)} THEN {at}" for at, edge in enumerate(edges)]
    sql = f"CASE {' '.join(cases)} WHEN {number} IS NOT NULL THEN {len(edges)} END"
    conditions = _ranges(column.name, number, edges, size)
    labels = [f"≤ {edges[0]:g}"]
    labels += [f"{low:g} < … ≤ {high:g}" for low, high in itertools.pairwise(edges)]
    labels += [f"> {edges[-1]:g}"]
    within = np.unique(np.quantile(values[known], np.arange(1, FINE_BINS) / FINE_BINS))
    fine = np.where(known, np.searchsorted(within, np.where(known, values, 0)), -1)
    both = codes.astype(np.int32), fine.astype(np.int32)
    return Feature(column, *both, size, labels, sql, conditions, is_number=True)


def _ranges(column: str, number: str, edges: list[float], size: int) -> list[Condition]:
    """Make the conditions above and below each edge, and between the outer ones."""
    found = []
    places = np.arange(size)
    for at, edge in enumerate(edges):
        bound = query.value(edge)
        found += [
            Condition(
                (places <= at).astype(np.float64),
                f"coalesce({number} <= {bound}, FALSE)",
                say("groups.at_most", column=column, edge=edge),
                f"{column}<={edge:g}",
            ),
            Condition(
                (places > at).astype(np.float64),
                f"coalesce({number} > {bound}, FALSE)",
                say("groups.above", column=column, edge=edge),
                f"{column}>{edge:g}",
            ),
        ]
    if len(edges) > 1:
        first, last = edges[0], edges[-1]
        within = f"{number} > {query.value(first)} AND {number} <= {query.value(last)}"
        found.append(
            Condition(
                ((places > 0) & (places < size - 1)).astype(np.float64),
                f"coalesce({within}, FALSE)",
                say("groups.between", column=column, low=first, high=last),
                f"{first:g}<{column}<={last:g}",
            )
        )
    return found
