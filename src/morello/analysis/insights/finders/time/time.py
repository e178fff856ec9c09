"""Everything that is looked for over time, in the order in which one explains the next."""

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.finders.time.anomalies import find_anomalies
from morello.analysis.insights.finders.time.courses import find_courses
from morello.analysis.insights.finders.time.hours import find_hours
from morello.analysis.insights.finders.time.occasions import find_occasions
from morello.analysis.insights.finders.time.seasons import find_seasons
from morello.analysis.insights.finders.time.strand import DIMENSIONS_MAX, MEASURES_MAX
from morello.analysis.insights.table.calendar import calendar_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say


def find_over_time(subject: Subject, search: Search) -> None:
    """Follow a table through time, where it has a time to follow."""
    calendar = calendar_of(subject)
    if calendar is not None:
        find_courses(subject, calendar, search)
        _say_limits(subject, search)
    find_seasons(subject, search)
    find_hours(subject, search)
    find_anomalies(subject, search, find_occasions(subject, search))


def _say_limits(subject: Subject, search: Search) -> None:
    measures, dimensions = len(subject.roles.measures), len(subject.roles.dimensions)
    if measures > MEASURES_MAX or dimensions > DIMENSIONS_MAX:
        looked = {"measures": MEASURES_MAX, "dimensions": DIMENSIONS_MAX}
        search.notes.append(say("note.time", **looked))
