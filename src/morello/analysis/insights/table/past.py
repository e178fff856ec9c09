"""Columns that follow their own past, as prices do: their rows are no independent observations.

Two such series seem related, and one of them seems to have two humps, whatever they are
(Granger and Newbold, 1974, "Spurious regressions in econometrics").
"""

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.table.subject import Subject
from morello.analysis.methods.correlation import memory_of, pearson

Floats = NDArray[np.float64]

MEMORY_MAX = 0.8
"""Lag-1 autocorrelation from which on a column mostly repeats its last value."""
_ERRORS_MIN = 4.0
"""Standard errors by which steps have to go together."""


def follows_its_past(subject: Subject, values: Floats, rows: NDArray[np.int64]) -> bool:
    """Tell whether values (of these rows of the sample) are mostly the ones before, in time."""
    order = _in_time(subject, rows)
    return order is not None and memory_of(values[order]) > MEMORY_MAX


def only_wander(subject: Subject, first: Floats, second: Floats) -> bool:
    """Tell whether two columns of the sample follow their past, and their steps not each other."""
    rows = np.arange(subject.sample.rows)
    order = _in_time(subject, rows)
    if order is None or not all(memory_of(each[order]) > MEMORY_MAX for each in (first, second)):
        return False
    steps = np.diff(np.column_stack([first[order], second[order]]), axis=0)
    steps = steps[~np.isnan(steps).any(axis=1)]
    return bool(abs(pearson(steps[:, 0], steps[:, 1])) * len(steps) ** 0.5 < _ERRORS_MIN)


def _in_time(subject: Subject, rows: NDArray[np.int64]) -> NDArray[np.int64] | None:
    if not subject.roles.times:
        return None
    days = subject.sample.days(subject.roles.times[0].name)[rows]
    return np.argsort(days, kind="stable")
