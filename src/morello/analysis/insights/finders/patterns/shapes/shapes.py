"""The shape of each column by itself, where it says something."""

import numpy as np

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.finders.patterns.shapes.heaping import find_heaping
from morello.analysis.insights.finders.patterns.shapes.humps import find_humps
from morello.analysis.insights.finders.patterns.shapes.recurring import find_recurring
from morello.analysis.insights.finders.patterns.shapes.skew import find_skew
from morello.analysis.insights.table.subject import Subject

ROWS_MIN = 100
ROWS_MAX = 40_000
"""Values looked at, a random sample of a longer column."""
DISTINCT_MIN = 13
"""A column of fewer values has levels, not a shape."""


def find_shapes(subject: Subject, search: Search) -> None:
    """Look at each measure; what recurs or is rounded stays out where humps are looked for."""
    for column in subject.roles.measures:
        values = subject.numbers(column)
        values = values[~np.isnan(values)]
        if len(values) < ROWS_MIN or column.distinct < DISTINCT_MIN:
            continue
        if len(values) > ROWS_MAX:
            values = np.random.default_rng(0).choice(values, ROWS_MAX, replace=False)
        find_skew(subject, column, search)
        recurring = find_recurring(subject, column, values, search)
        values = values[~np.isin(values, recurring)]
        step = find_heaping(subject, column, values, search)
        if len(values) >= ROWS_MIN:
            find_humps(subject, column, values, step, search)
