"""What rose, fell, or changed at some point in time."""

import dataclasses
import functools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import SHARE
from morello.analysis.charts.condition import Condition
from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.pictures import course_chart
from morello.analysis.insights.table import query
from morello.analysis.insights.table import series as follow
from morello.analysis.insights.table.calendar import Calendar
from morello.analysis.insights.table.roles import weight_of
from morello.analysis.insights.table.series import Series
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import direction, plain, say, share
from morello.analysis.methods.series.course import PERIODS_MIN, Course, change, trend
from morello.kernel.messages import Message

RELATIVE_MIN = 0.05
"""Least relative change of a count or an average worth telling."""
POINTS_MIN = 0.04
"""Least change of a share worth telling."""
_LARGE = 0.35
"""A relative change from which on the effect counts in full."""
_FIT_MARGIN = 0.95
_GROUPS_MAX = 8
_SERIOUS_P = 1e-3
_ROWS_MIN = 200

Floats = NDArray[np.float64]
Followed = tuple[Series, str, Course]
"""A series, `trend` or `change`, and what the test of it said."""


def find_courses(subject: Subject, calendar: Calendar, search: Search) -> None:
    """Follow rows, averages, shares and segments through the calendar's periods."""
    if calendar.note is not None:
        search.notes.append(calendar.note)
    found = [_best(search, [follow.rows_of(calendar)])]
    for measure in subject.roles.measures:
        values = follow.adjusted(subject, measure)
        whole = follow.mean_of(calendar, measure, values)
        segment, explains = _best_segment(subject, calendar, search, whole, values)
        best = _best(search, [whole])
        found += [segment, None if explains else best]
    for dimension in subject.roles.dimensions:
        groups = min(len(subject.sample.codes(dimension.name)[1]), follow.SHARES_MAX)
        # The shares add up to one, so only the clearest is told.
        shares = [follow.share_of(subject, calendar, dimension, each) for each in range(groups)]
        found.append(_best(search, shares))
    for column in subject.profile.columns:
        if 0.005 * column.rows < column.nulls < 0.995 * column.rows:
            found.append(_best(search, [follow.absence_of(subject, calendar, column)]))
    search.candidates.extend(
        _candidate(subject, calendar, *each) for each in found if each is not None
    )


def _best(search: Search, several: list[Series]) -> Followed | None:
    """Test each series for a trend and for a change; return the clearest that is large enough."""
    found = [each for each in (_follow(search, series) for series in several) if each]
    return min(found, key=lambda each: each[2].p_value, default=None)


def _follow(search: Search, series: Series) -> Followed | None:
    if len(series.values) < PERIODS_MIN or np.ptp(series.values) <= 0:
        return None
    line, step = trend(series.values, series.weights), change(series.values, series.weights)
    search.tests.extend((line.p_value, step.p_value))
    kind, course = ("change", step) if step.left < _FIT_MARGIN * line.left else ("trend", line)
    return (series, kind, course) if _effect(series, course) > 0 else None


def _best_segment(
    subject: Subject, calendar: Calendar, search: Search, whole: Series, values: Floats
) -> tuple[Followed | None, bool]:
    """Return the segment that moved most clearly, and whether the whole moved for it alone."""
    measure = whole.column
    if subject.sample.rows < _ROWS_MIN or measure is None:
        return None, False
    best: Followed | None = None
    explains = False
    for dimension in subject.roles.dimensions:
        codes, groups = subject.sample.codes(dimension.name)
        means = follow.means_of(calendar, measure, values, codes, len(groups))
        for group, (here, rest) in enumerate(means[:_GROUPS_MAX]):
            followed = _follow(search, follow.segment_of(here, rest, dimension, group))
            if followed is None or (best and followed[2].p_value >= best[2].p_value):
                continue
            own, other = (abs(_moved(each, followed)) for each in (here, rest))
            if own < other:  # it is the others that moved
                continue
            best = followed
            explains = other < 0.5 * abs(_moved(whole, followed))
    return best, explains and best is not None and best[2].p_value < _SERIOUS_P


def _moved(series: Series, like: Followed) -> float:
    """Return how far a series moved in the way and at the time that another did."""
    followed, kind, course = like
    if kind == "trend":
        if len(series.values) < PERIODS_MIN:
            return 0.0
        return trend(series.values, series.weights).size
    late = series.periods >= followed.periods[course.at]
    if late.all() or not late.any():
        return 0.0
    levels = [
        float(np.average(series.values[part], weights=series.weights[part]))
        for part in (~late, late)
    ]
    return levels[1] - levels[0]


def _effect(series: Series, course: Course) -> float:
    """Return 0..1; 0 when it is too small to tell."""
    if series.kind in ("share", "missing"):
        return min(1.0, abs(course.size) / 0.3) if abs(course.size) >= POINTS_MIN else 0.0
    base = abs(float(np.average(series.values, weights=series.weights)))
    if series.kind == "segment":
        assert series.column is not None
        base = abs(series.column.mean or 0.0)
    relative = abs(course.size) / base if base > 0 else 1.0
    return min(1.0, relative / _LARGE) if relative >= RELATIVE_MIN else 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class _Story:
    """What a sentence on a course needs besides the numbers."""

    kind: str
    what: str
    names: dict[str, object]
    expected: float
    unit: Message
    early_end: str
    late_start: str


def _candidate(
    subject: Subject, calendar: Calendar, series: Series, kind: str, course: Course
) -> Candidate:
    early, late = _spans(calendar, series, kind, course)
    columns = {}
    for label, (low, high) in (("before", early), ("after", late)):
        levels = follow.level(subject, series, calendar.between(low, high), high - low)
        columns.update({f"{label}{suffix}": sql for suffix, sql in levels.items()})
    named = [each.name for each in (series.column, series.dimension) if each is not None]
    names = follow.parameters_of(subject, series)
    story = _Story(
        kind,
        series.kind,
        names,
        course.size,
        say(f"unit.{calendar.unit}"),
        str(calendar.start(early[1])),
        str(calendar.start(late[0])),
    )
    unit = SHARE if series.kind in ("share", "missing") else ""
    title = say(f"chart.course.{series.kind}", **names), unit
    at = late[0] if kind == "change" else None
    return Candidate(
        id=f"{kind}:{series.kind}:{_key(subject, series)}",
        kind=kind,
        group="quality" if series.kind == "missing" else "business",
        columns=[*named, calendar.column.name],
        p_value=course.p_value,
        topic=_topic(series),
        strength=_effect(series, course) * weight_of(series.column),
        effect=_effect(series, course),
        coverage=series.coverage if series.kind == "segment" else 1.0,
        surprise=0.95 if kind == "change" else 0.8,
        sql=query.select(columns, subject.source),
        rows_sql=query.rows(subject.dataset, _rows_behind(subject, calendar, series, late)),
        tell=functools.partial(_tell, story),
        draw=functools.partial(
            course_chart,
            calendar,
            series.periods,
            series.values,
            title,
            at,
            _followed(subject, series),
        ),
    )


def _followed(subject: Subject, series: Series) -> list[Condition]:
    """Say which rows a picture of the series is of: a segment's, or all."""
    if series.kind != "segment" or series.dimension is None:
        return []
    value = str(plain(follow.value_of(subject, series)))
    return [Condition(column=series.dimension.name, values=[value])]


def _spans(
    calendar: Calendar, series: Series, kind: str, course: Course
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return what to compare: before and after a change, a trend's first and last quarter."""
    if kind == "change":
        at = int(series.periods[course.at])
        return (0, at), (at, calendar.count)
    quarter = max(calendar.count // 4, 1)
    return (0, quarter), (calendar.count - quarter, calendar.count)


def _topic(series: Series) -> tuple[str, str] | None:
    if series.column is None or series.kind not in ("mean", "segment"):
        return None
    where = f"{series.dimension.name}={series.group}" if series.dimension else ""
    return series.column.name, f"course:{where}"


def _key(subject: Subject, series: Series) -> str:
    column = series.column.name if series.column else ""
    if series.dimension is None:
        return column
    return f"{column}:{series.dimension.name}={follow.value_of(subject, series)}".lstrip(":")


def _rows_behind(
    subject: Subject, calendar: Calendar, series: Series, late: tuple[int, int]
) -> str:
    when = calendar.between(*late)
    if series.dimension is None:
        return when
    inside = query.is_value(series.dimension.name, follow.value_of(subject, series))
    return f"{when} AND {inside}"


def _tell(story: _Story, numbers: Numbers) -> Telling | None:
    before, after = numbers["before"], numbers["after"]
    moved, details = after - before, []
    if story.what == "segment":
        elsewhere = numbers["before_elsewhere"], numbers["after_elsewhere"]
        moved -= elsewhere[1] - elsewhere[0]
        details.append(say("course.elsewhere", before=elsewhere[0], after=elsewhere[1]))
    if moved * story.expected <= 0:
        return None
    is_share = story.what in ("share", "missing")
    parameters: dict[str, object] = {
        **story.names,
        "before": share(before) if is_share else before,
        "after": share(after) if is_share else after,
        "date": story.late_start,
        "early": story.early_end,
        "unit": story.unit,
    }
    way = direction(after - before)
    if is_share or before <= 0 or after <= 0:
        way = f"{way}.plain"
    else:
        parameters["change"] = share(abs(after / before - 1))
    return Telling(say(f"{story.kind}.{story.what}.{way}", **parameters), details)
