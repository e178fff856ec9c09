"""Single days (weeks, months) or short runs of them that nothing usual explains."""

import dataclasses
import functools

import numpy as np

from morello.analysis.charts.condition import Condition
from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.finders.time.pictures import anomalies_chart
from morello.analysis.insights.finders.time.strand import (
    Strand,
    season_of,
    segments_of,
    strands_of,
)
from morello.analysis.insights.table import query
from morello.analysis.insights.table.calendar import Calendar, calendar_of
from morello.analysis.insights.table.roles import weight_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import compared, say, share
from morello.analysis.methods.series.anomaly import Anomaly, anomalies_of
from morello.kernel.messages import Message

PERIODS_MAX = 4000
CHANCE_MAX = 0.002
"""p, corrected once more for all that is followed: odd days are many, and few are worth a look."""
PART_CHANCE_MAX = 0.0005
"""The same for segments, whose few rows a day have heavier tails than is allowed for."""
RELATIVE_MIN = 0.15
"""Least relative distance worth telling; less only where nothing else strays nearly as far."""
DISTANCE_MIN = 10.0
"""Robust deviations from which on the relative distance does not matter."""
AROUND_MAX = 4
"""Comparable stretches before, and after."""
_AROUND_MIN = 2
_REACH = 0.12
"""A single day is few rows, yet worth as much as something on a tenth of them."""
_MOST = 0.6
"""Share of an excess from which on one segment makes it, if it is usually well below that."""
_WELL_BELOW = 0.25
_TYPICAL = 1.4826
"""Robust deviations are this many times the distance that half of all periods keep within."""


@dataclasses.dataclass(frozen=True, slots=True)
class _View:
    """A table in its calendar, and the rows of its segments."""

    subject: Subject
    calendar: Calendar
    segments: list[Strand]


Told = list[tuple[Anomaly, list[int]]]
"""Odd periods, and those they are compared with."""
Taken = dict[str, list[tuple[int, int]]]
"""By what is followed, the periods that are told already."""


def find_anomalies(subject: Subject, search: Search, explained: set[int]) -> None:
    """Look for odd periods in the whole, then in segments where the whole is not odd.

    `explained` are days (since 1970) that are known to be unlike others: holidays.
    """
    calendar = calendar_of(subject, periods_max=PERIODS_MAX)
    if calendar is None:
        return
    if calendar.unit != "day":
        explained = set()
    segments = list(segments_of(subject, calendar))
    view = _View(subject, calendar, [each for each in segments if each.kind == "rows"])
    taken: Taken = {}
    whole = [(each, _found(calendar, each, explained)) for each in strands_of(subject, calendar)]
    parts = [(each, _found(calendar, each, explained)) for each in segments]
    whole.sort(key=lambda each: each[0].kind == "sum")
    parts.sort(key=lambda each: _chance(each[1]))
    for strand, found in (*whole, *parts):
        search.tests.append(_chance(found))
        of_all = strand.dimension is None
        chance = CHANCE_MAX / len(whole) if of_all else PART_CHANCE_MAX / len(parts)
        sure = [each for each in found if each.p_value <= chance]
        told = _told(view, _untold(strand, sure, taken))
        if told:
            search.candidates.append(_candidate(view, strand, told))


def _chance(found: list[Anomaly]) -> float:
    return min((each.p_value for each in found), default=1.0)


def _found(calendar: Calendar, strand: Strand, explained: set[int]) -> list[Anomaly]:
    rest = strand.rest
    if explained:
        known = np.isin(np.arange(calendar.count) + calendar.first, list(explained))
        rest = np.where(known, np.nan, rest)
    return [
        each
        for each in anomalies_of(rest, strand.made)
        if _effect(strand, each) > 0 and _around(calendar, each, set())
    ]


def _relative(strand: Strand, found: Anomaly) -> float:
    part = slice(found.start, found.start + found.length)
    usual = abs(float(np.mean(strand.usual[part])))
    away = abs(float(np.nanmean(strand.values[part] - strand.usual[part])))
    return away / usual if usual > 0 else 1.0


def _effect(strand: Strand, found: Anomaly) -> float:
    """Return 0..1; 0 when it is too small to tell."""
    relative, distance = _relative(strand, found), abs(found.distance)
    if relative < RELATIVE_MIN and distance < DISTANCE_MIN:
        return 0.0
    return min(1.0, max(relative, distance / (4 * DISTANCE_MIN)))


def _untold(strand: Strand, found: list[Anomaly], taken: Taken) -> list[Anomaly]:
    """Leave out what the whole, or an earlier strand of the same kind, tells already."""
    what = strand.measure.name if strand.measure else ""
    sources = {"rows": [""], "mean": [what], "sum": ["", what]}[strand.kind]
    told = [each for source in sources for each in taken.get(source, [])]
    left = [
        each
        for each in found
        if all(each.start > high or each.start + each.length <= low for low, high in told)
    ]
    stretches = [(each.start - 1, each.start + each.length) for each in left]
    taken.setdefault(what, []).extend(stretches)
    return left


def _around(calendar: Calendar, found: Anomaly, avoided: set[int]) -> list[int]:
    """Return comparable periods around: the same weekdays, months or simply the neighbours."""
    season = season_of(calendar)
    step = 1 if season is None else int(season.max()) + 1
    shift = step * -(-found.length // step)
    stretches = []
    for direction in (-1, 1):
        for times in range(1, AROUND_MAX + 1):
            start = found.start + direction * times * shift
            stretch = range(start, start + found.length)
            inside = start >= 0 and stretch.stop <= calendar.count
            if inside and not avoided.intersection(stretch):
                stretches.append(stretch)
    return sorted({each for stretch in stretches for each in stretch}) if stretches else []


@dataclasses.dataclass(frozen=True, slots=True)
class _Story:
    """What a sentence on odd periods needs besides the numbers."""

    form: str
    names: dict[str, object]
    unit: str
    when: list[Message]
    signs: list[float]
    ratio: float
    parts: list[dict[str, object] | None]
    """Of each, the segment that makes most of it."""


def _told(view: _View, found: list[Anomaly]) -> Told:
    """Keep those that have enough to be compared with."""
    avoided = {place for each in found for place in range(each.start, each.start + each.length)}
    around = [(each, _around(view.calendar, each, avoided)) for each in found]
    return [each for each in around if len(each[1]) >= _AROUND_MIN * each[0].length]


def _columns(view: _View, strand: Strand, told: Told, parts: list[Strand | None]) -> dict[str, str]:
    columns = {}
    for place, ((found, around), part) in enumerate(zip(told, parts, strict=True), start=1):
        when, usual = _when(view.calendar, found), view.calendar.among(around)
        for name, each in (("", strand), ("part_", part)):
            if each is not None:
                given = each.level(view.subject, when, found.length)
                columns[f"{name}given_{place}"] = given
                columns[f"{name}usual_{place}"] = each.level(view.subject, usual, len(around))
    return columns


def _candidate(view: _View, strand: Strand, told: Told) -> Candidate:
    subject, calendar = view.subject, view.calendar
    found = [each for each, _ in told]
    first, names = found[0], strand.names(subject)
    parts = [_part(view, strand, each) for each in found]
    story = _Story(
        strand.form,
        names,
        calendar.unit,
        [_dates(calendar, each) for each in found],
        [each.distance for each in found],
        abs(first.distance) * _TYPICAL,
        [each.names(subject) if each else None for each in parts],
    )
    rows = " OR ".join(f"({_when(calendar, each)})" for each in found)
    inside = strand.inside(subject)
    named = [each.name for each in (strand.measure, strand.dimension) if each is not None]
    place, where = "", []
    if strand.dimension is not None:
        place = f":{names['dimension']}={names['value']}"
        where = [Condition(column=strand.dimension.name, values=[str(names["value"])])]
    words = say(f"chart.anomaly.{strand.form}", **names), say(f"axis.{strand.kind}", **names)
    effect = max(_effect(strand, each) for each in found)
    return Candidate(
        id=f"anomaly:{strand.kind}:{strand.measure.name if strand.measure else ''}{place}",
        kind="anomaly",
        group="outliers",
        columns=[*named, calendar.column.name],
        p_value=_chance(found),
        topic=_topic(strand, first),
        strength=effect * weight_of(strand.measure),
        effect=effect,
        coverage=sum(each.length for each in found) / calendar.count,
        reach=_REACH,
        surprise=0.95,
        sql=query.select(_columns(view, strand, told, parts), subject.source),
        rows_sql=query.rows(subject.dataset, f"({rows}) AND {inside}" if inside else rows),
        tell=functools.partial(_tell, story),
        draw=functools.partial(
            anomalies_chart, calendar, (strand.values, strand.usual), found, words, where
        ),
    )


def _topic(strand: Strand, first: Anomaly) -> tuple[str, str] | None:
    """Let measures that move together tell the same day once."""
    if strand.measure is None or strand.dimension is not None:
        return None
    return strand.measure.name, f"anomaly:{first.start}"


def _part(view: _View, strand: Strand, found: Anomaly) -> Strand | None:
    """Return the segment that makes most of too many rows, or too few."""
    if strand.kind != "rows" or strand.dimension is not None:
        return None
    window = slice(found.start, found.start + found.length)
    excess = float(np.sum(strand.values[window] - strand.usual[window]))
    shares = [
        float(np.sum(each.values[window] - each.usual[window])) / excess for each in view.segments
    ]
    usually = [float(each.values.sum() / strand.values.sum()) for each in view.segments]
    best = int(np.argmax(shares)) if shares and excess else -1
    if best < 0 or shares[best] < _MOST or usually[best] > shares[best] - _WELL_BELOW:
        return None
    return view.segments[best]


def _when(calendar: Calendar, found: Anomaly) -> str:
    return calendar.between(found.start, found.start + found.length)


def _dates(calendar: Calendar, found: Anomaly) -> Message:
    date = str(calendar.start(found.start))
    if found.length > 1:
        until = str(calendar.last(found.start + found.length - 1))
        return say("when.between", date=date, until=until)
    return say(f"when.{calendar.unit}", date=date)


def _tell(story: _Story, numbers: Numbers) -> Telling | None:
    given, usual = numbers["given_1"], numbers["usual_1"]
    if (given - usual) * story.signs[0] <= 0:
        return None
    details = []
    for place, (when, sign) in enumerate(zip(story.when, story.signs, strict=True), start=1):
        other = numbers[f"given_{place}"], numbers[f"usual_{place}"]
        if (other[0] - other[1]) * sign <= 0:
            continue
        if place > 1:
            details.append(say("anomaly.also", when=when, given=other[0], other=other[1]))
        details += _mostly(story, place, numbers)
    unit = say(f"unit.{story.unit}")
    details += [say(f"anomaly.usual.{story.unit}"), say("anomaly.ratio", ratio=story.ratio)]
    message = compared(
        f"anomaly.{story.form}", given, usual, when=story.when[0], unit=unit, **story.names
    )
    return Telling(message, details)


def _mostly(story: _Story, place: int, numbers: Numbers) -> list[Message]:
    """Say which segment makes most of it."""
    part = story.parts[place - 1]
    if part is None:
        return []
    whole, own = (
        numbers[f"{name}given_{place}"] - numbers[f"{name}usual_{place}"] for name in ("", "part_")
    )
    if whole == 0 or own / whole < _MOST:
        return []
    return [
        say("anomaly.part", when=story.when[place - 1], **part, share=share(min(own / whole, 1)))
    ]
