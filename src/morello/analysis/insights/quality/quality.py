"""Everything that is looked at about the data itself, in one finder."""

from collections.abc import Callable

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.quality.absence.gaps import find_gaps
from morello.analysis.insights.quality.columns.codes import find_codes
from morello.analysis.insights.quality.columns.equal import find_equal_columns
from morello.analysis.insights.quality.dates.days import find_missing_days
from morello.analysis.insights.quality.dates.order import find_wrong_order
from morello.analysis.insights.quality.dates.strange import find_strange_dates
from morello.analysis.insights.quality.dates.texts import find_dates_in_text
from morello.analysis.insights.quality.emptiness import find_emptiness
from morello.analysis.insights.quality.formats import find_broken_formats
from morello.analysis.insights.quality.numbers.bounds import find_beyond_bounds
from morello.analysis.insights.quality.numbers.placeholder import find_placeholders
from morello.analysis.insights.quality.numbers.units import find_units
from morello.analysis.insights.quality.repetition import find_repetition
from morello.analysis.insights.quality.spelling import find_spelling
from morello.analysis.insights.table.subject import Subject

_FINDERS: tuple[Callable[[Subject, Search], None], ...] = (
    find_emptiness,
    find_gaps,
    find_repetition,
    find_spelling,
    find_placeholders,  # sets bounds within which the others look
    find_beyond_bounds,
    find_units,
    find_broken_formats,
    find_dates_in_text,
    find_strange_dates,
    find_wrong_order,
    find_missing_days,
    find_equal_columns,  # remembers copies, which the next one leaves aside
    find_codes,
)


def find_quality(subject: Subject, search: Search) -> None:
    """Find what is wrong with the data itself."""
    for find in _FINDERS:
        find(subject, search)
