"""Distance from what the other columns lead one to expect, whatever the columns' own shapes.

Every column is taken to normal scores, so that no column's own tail can make a row odd; what is
left is how columns go together. Where that is a Gaussian copula, the squared Mahalanobis distance
is chi-squared with one degree for each column.
"""

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_RIDGE = 0.02
"""Added to each column's own variance: exact formulas between columns must not explode."""


@dataclasses.dataclass(frozen=True, slots=True)
class Copula:
    """Rows beside what their other columns lead one to expect; rows by columns throughout."""

    scores: Floats
    """Normal scores of the values; 0 where absent."""
    components: Floats
    """The same rotated and scaled: uncorrelated, of variance 1."""
    squares: Floats
    """Squared distance of each row."""
    residuals: Floats
    """How far each value is from what the others lead one to expect, in standard deviations."""
    expected: Floats
    """Normal score that the others lead one to expect."""


def copula_of(table: Floats) -> Copula:
    """Measure `table` (rows by columns, NaN where absent; every column varies)."""
    scores = np.column_stack([normal_scores(column) for column in table.T])
    # Ties make normal scores vary less than 1; they must not be blown up to it.
    shared = scores.T @ scores / len(scores)
    np.fill_diagonal(shared, np.maximum(np.diag(shared), 1.0) + _RIDGE)
    values, vectors = np.linalg.eigh(shared)
    components = (scores @ vectors) / np.sqrt(values)
    precision = (vectors / values) @ vectors.T
    pull = scores @ precision
    own = np.diag(precision)
    return Copula(
        scores,
        components,
        (components * components).sum(axis=1),
        pull / np.sqrt(own),
        scores - pull / own,
    )


def normal_scores(values: Floats) -> Floats:
    """Return the normal quantiles of the values' ranks; 0 where absent, ties share their mean."""
    present = np.flatnonzero(~np.isnan(values))
    found = np.zeros(len(values))
    if not len(present):
        return found
    order = np.sort(values[present])
    first = np.searchsorted(order, values[present], side="left")
    last = np.searchsorted(order, values[present], side="right")
    # The mean of normal quantiles from one share to another, which is known in closed form.
    low, high = (np.interp(each / len(order), _AREAS, _GRID) for each in (first, last))
    found[present] = (_density(low) - _density(high)) * len(order) / (last - first)
    return found


def _density(quantiles: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * quantiles * quantiles) / math.sqrt(2 * math.pi))


_GRID = np.linspace(-6, 6, 4_801)
_AREAS = np.array([math.erfc(-each / math.sqrt(2)) / 2 for each in _GRID])
