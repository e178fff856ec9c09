"""What rose, fell, or changed at one or several points in time."""

import dataclasses
import functools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import SHARE
from morello.analysis.charts.condition import Condition
from morello.analysis.insights.candidate import Candidate, Search
from morello.analysis.insights.finders.time.pictures import course_chart
from morello.analysis.insights.finders.time.story import Story, tell
from morello.analysis.insights.table import query
from morello.analysis.insights.table import series as follow
from morello.analysis.insights.table.calendar import Calendar
from morello.analysis.insights.table.roles import weight_of
from morello.analysis.insights.table.series import Series
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain, say
from morello.analysis.methods.series.changes import Changes, changes
from morello.analysis.methods.series.course import PERIODS_MIN, Course, trend

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
_OTHERS_MAX = 3
"""Changes of one series that are told beside the largest."""

Floats = NDArray[np.float64]
Span = tuple[int, int]
"""Periods low..high-1 of a calendar."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Followed:
    """A series that moved: steadily, or from one level to another."""

    series: Series
    p_value: float
    size: float
    changes: Changes | None
    """None for a trend."""

    @property
    def kind(self) -> str:
        return "trend" if self.changes is None else "change"

    def spans(self, count: int) -> list[tuple[Span, Span]]:
        """Return what to compare, the largest change first; a trend's first and last quarter."""
        if self.changes is None:
            quarter = max(count // 4, 1)
            return [((0, quarter), (count - quarter, count))]
        bounds = [0, *(int(self.series.periods[each]) for each in self.changes.at), count]
        order = np.argsort(-np.abs(self.changes.sizes), kind="stable")
        return [
            ((bounds[each], bounds[each + 1]), (bounds[each + 1], bounds[each + 2]))
            for each in order
        ]


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
        _candidate(subject, calendar, each) for each in found if each is not None
    )


def _best(search: Search, several: list[Series]) -> _Followed | None:
    """Test each series for a trend and for changes; return the clearest that is large enough."""
    found = [each for each in (_follow(search, series) for series in several) if each]
    return min(found, key=lambda each: each.p_value, default=None)


def _follow(search: Search, series: Series) -> _Followed | None:
    if len(series.values) < PERIODS_MIN or np.ptp(series.values) <= 0:
        return None
    line, steps = trend(series.values, series.weights), changes(series.values, series.weights)
    search.tests.extend((line.p_value, steps.p_value))
    if _are_steps(line, steps, len(series.values)):
        size = max(steps.sizes, key=abs)
        followed = _Followed(series, steps.p_value, size, steps)
    else:
        followed = _Followed(series, line.p_value, line.size, None)
    return followed if _effect(series, followed.size) > 0 else None


def _are_steps(line: Course, steps: Changes, periods: int) -> bool:
    """Tell whether levels fit clearly better than a line; a staircase to one side is a trend."""
    if not steps.at:
        return False
    if len(steps.at) > 1 and line.p_value < _SERIOUS_P and len(set(np.sign(steps.sizes))) == 1:
        return False
    more = 2 * len(steps.at) - 1  # a level and a place each, against the slope
    least: float = periods ** (-more / periods)
    return steps.left < _FIT_MARGIN * least * line.left


def _best_segment(
    subject: Subject, calendar: Calendar, search: Search, whole: Series, values: Floats
) -> tuple[_Followed | None, bool]:
    """Return the segment that moved most clearly, and whether the whole moved for it alone."""
    measure = whole.column
    if subject.sample.rows < _ROWS_MIN or measure is None:
        return None, False
    best: _Followed | None = None
    explains = False
    for dimension in subject.roles.dimensions:
        codes, groups = subject.sample.codes(dimension.name)
        means = follow.means_of(calendar, measure, values, codes, len(groups))
        for group, (here, rest) in enumerate(means[:_GROUPS_MAX]):
            followed = _follow(search, follow.segment_of(here, rest, dimension, group))
            if followed is None or (best and followed.p_value >= best.p_value):
                continue
            own, other = (abs(_moved(calendar, each, followed)) for each in (here, rest))
            if own < other:  # it is the others that moved
                continue
            best = followed
            explains = other < 0.5 * abs(_moved(calendar, whole, followed))
    return best, explains and best is not None and best.p_value < _SERIOUS_P


def _moved(calendar: Calendar, series: Series, like: _Followed) -> float:
    """Return how far a series moved in the way and at the time that another did."""
    if like.changes is None:
        if len(series.values) < PERIODS_MIN:
            return 0.0
        return trend(series.values, series.weights).size
    levels = []
    for low, high in like.spans(calendar.count)[0]:
        part = (series.periods >= low) & (series.periods < high)
        if not part.any():
            return 0.0
        levels.append(float(np.average(series.values[part], weights=series.weights[part])))
    return levels[1] - levels[0]


def _effect(series: Series, size: float) -> float:
    """Return 0..1; 0 when it is too small to tell."""
    if series.kind in ("share", "missing"):
        return min(1.0, abs(size) / 0.3) if abs(size) >= POINTS_MIN else 0.0
    base = abs(float(np.average(series.values, weights=series.weights)))
    if series.kind == "segment":
        assert series.column is not None
        base = abs(series.column.mean or 0.0)
    relative = abs(size) / base if base > 0 else 1.0
    return min(1.0, relative / _LARGE) if relative >= RELATIVE_MIN else 0.0


def _candidate(subject: Subject, calendar: Calendar, followed: _Followed) -> Candidate:
    series, kind = followed.series, followed.kind
    spans = followed.spans(calendar.count)[: 1 + _OTHERS_MAX]
    early, late = spans[0]
    names = follow.parameters_of(subject, series)
    story = Story(
        kind,
        series.kind,
        names,
        followed.size,
        say(f"unit.{calendar.unit}"),
        str(calendar.start(early[1])),
        str(calendar.start(late[0])),
        str(calendar.last(late[1] - 1)) if late[1] < calendar.count else "",
        [str(calendar.start(each[1][0])) for each in spans[1:]],
    )
    unit = SHARE if series.kind in ("share", "missing") else ""
    title = say(f"chart.course.{series.kind}", **names), unit
    named = [each.name for each in (series.column, series.dimension) if each is not None]
    effect = _effect(series, followed.size)
    return Candidate(
        id=f"{kind}:{series.kind}:{_key(subject, series)}",
        kind=kind,
        group="quality" if series.kind == "missing" else "business",
        columns=[*named, calendar.column.name],
        p_value=followed.p_value,
        topic=_topic(series),
        strength=effect * weight_of(series.column),
        since=calendar.start(late[0]) if kind == "change" else None,
        effect=effect,
        coverage=series.coverage if series.kind == "segment" else 1.0,
        surprise=0.95 if kind == "change" else 0.8,
        sql=query.select(_levels(subject, calendar, series, spans), subject.source),
        rows_sql=query.rows(subject.dataset, _rows_behind(subject, calendar, series, late)),
        tell=functools.partial(tell, story),
        draw=functools.partial(
            course_chart,
            calendar,
            series,
            title,
            followed.changes,
            _shown(subject, series),
        ),
    )


def _shown(subject: Subject, series: Series) -> list[Condition]:
    """Say which rows a picture of the series is of: a segment's, or all."""
    if series.kind != "segment" or series.dimension is None:
        return []
    value = str(plain(follow.value_of(subject, series)))
    return [Condition(column=series.dimension.name, values=[value])]


def _levels(
    subject: Subject, calendar: Calendar, series: Series, spans: list[tuple[Span, Span]]
) -> dict[str, str]:
    """Write the level before and after each change, by name: `before`, `after`, `before_2` …"""
    columns = {}
    for place, (early, late) in enumerate(spans, start=1):
        for label, (low, high) in (("before", early), ("after", late)):
            levels = follow.level(subject, series, calendar.between(low, high), high - low)
            for suffix, sql in levels.items():
                if place == 1:
                    columns[f"{label}{suffix}"] = sql
                elif not suffix:
                    columns[f"{label}_{place}"] = sql
    return columns


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


def _rows_behind(subject: Subject, calendar: Calendar, series: Series, late: Span) -> str:
    when = calendar.between(*late)
    if series.dimension is None:
        return when
    inside = query.is_value(series.dimension.name, follow.value_of(subject, series))
    return f"{when} AND {inside}"
