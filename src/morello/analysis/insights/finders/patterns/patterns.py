"""Every pattern that is looked for beyond lines and groups, in one finder."""

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.finders.patterns.baskets.together import find_together
from morello.analysis.insights.finders.patterns.cohorts import find_cohorts
from morello.analysis.insights.finders.patterns.curves import find_curves
from morello.analysis.insights.finders.patterns.odd_rows import find_odd_rows
from morello.analysis.insights.finders.patterns.shapes.shapes import find_shapes
from morello.analysis.insights.table.subject import Subject


def find_patterns(subject: Subject, search: Search) -> None:
    """Look after outliers, dependencies and correlations: it leaves out what they tell."""
    find_odd_rows(subject, search)
    find_curves(subject, search)
    find_shapes(subject, search)
    find_together(subject, search)
    find_cohorts(subject, search)
