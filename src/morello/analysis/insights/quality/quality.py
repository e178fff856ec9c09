"""Everything that is looked at about the data itself, in one finder."""

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.quality.emptiness import find_emptiness
from morello.analysis.insights.quality.impossible import find_impossible
from morello.analysis.insights.quality.repetition import find_repetition
from morello.analysis.insights.quality.spelling import find_spelling
from morello.analysis.insights.table.subject import Subject


def find_quality(subject: Subject, search: Search) -> None:
    """Find what is wrong with the data itself. Nothing here is a statistical test."""
    find_emptiness(subject, search)
    find_repetition(subject, search)
    find_spelling(subject, search)
    find_impossible(subject, search)
