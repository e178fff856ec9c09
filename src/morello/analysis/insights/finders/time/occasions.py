"""Days of one sort that stray again and again: holidays, the days around them, paydays."""

import dataclasses
import functools

import numpy as np

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.finders.time.pictures import anomalies_chart
from morello.analysis.insights.finders.time.sort import (
    COUNTRIES,
    Sort,
    holidays_of,
    month_days_of,
)
from morello.analysis.insights.finders.time.strand import Strand, strands_of
from morello.analysis.insights.table import query
from morello.analysis.insights.table.calendar import Calendar, calendar_of
from morello.analysis.insights.table.roles import weight_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import compared, say
from morello.analysis.methods.series.anomaly import Anomaly
from morello.analysis.methods.series.occasion import Occasion, occasion_of
from morello.kernel.messages import Message

PERIODS_MAX = 4000
DAYS_MIN = 150
CHANCE_MAX = 0.002
"""p, corrected for the sorts that were tried, and once more for all that is followed."""
RELATIVE_MIN = 0.08
"""Least relative difference worth telling."""
NEARLY = 0.9
"""Of the best country's evidence: others that reach it are told as fitting nearly as well."""
_REACH = 0.15
_WEEK = 7
_MARKS_MAX = 12

Tested = tuple[Sort, Occasion]


def find_occasions(subject: Subject, search: Search) -> set[int]:
    """Look for sorts of days unlike others; return the days (since 1970) that this explains."""
    calendar = calendar_of(subject, "day", periods_max=PERIODS_MAX)
    if calendar is None or calendar.count < DAYS_MIN:
        return set()
    explained: set[int] = set()
    strands = strands_of(subject, calendar)
    for sorts in (holidays_of(calendar), month_days_of(calendar)):
        told: set[str] = set()
        for strand in strands:
            if strand.kind == "sum" and "rows" in told:  # more rows, and so more of everything
                continue
            tested = [(each, occasion_of(strand.rest, each.chosen)) for each in sorts]
            best = max(tested, key=_evidence, default=None)
            if best is None:
                continue
            p_value = min(1.0, best[1].p_value * len(tested))
            search.tests.append(p_value)
            if p_value * len(strands) > CHANCE_MAX or _relative(strand, best[0]) < RELATIVE_MIN:
                continue
            told.add(strand.kind)
            explained |= set((np.flatnonzero(best[0].chosen) + calendar.first).tolist())
            place = _Place(subject, calendar, strand, p_value)
            search.candidates.append(_candidate(place, best, _rivals(tested, best)))
    return explained


def _evidence(tested: Tested) -> float:
    occasion = tested[1]
    return 0.0 if occasion.p_value >= 1 else abs(occasion.size) * occasion.times**0.5


def _rivals(tested: list[Tested], best: Tested) -> list[str]:
    """Return the other countries whose calendars fit nearly as well."""
    least = NEARLY * _evidence(best)
    found = {each[0].country for each in tested if _evidence(each) >= least}
    return [each for each in COUNTRIES if each in found - {best[0].country}]


def _relative(strand: Strand, sort: Sort) -> float:
    known = sort.chosen & ~np.isnan(strand.values)
    usual = float(np.mean(strand.usual[known]))
    return abs(float(np.mean(strand.values[known])) - usual) / abs(usual) if usual else 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class _Place:
    """Where something was found, and how likely by chance."""

    subject: Subject
    calendar: Calendar
    strand: Strand
    p_value: float


@dataclasses.dataclass(frozen=True, slots=True)
class _Story:
    """What a sentence on a sort of days needs besides the numbers."""

    form: str
    sort: Sort
    names: dict[str, object]
    sign: float
    times: int
    rivals: list[str]


def _candidate(place: _Place, tested: Tested, rivals: list[str]) -> Candidate:
    subject, calendar, strand = place.subject, place.calendar, place.strand
    sort, occasion = tested
    names = strand.names(subject)
    days = np.flatnonzero(sort.chosen)
    chosen = [int(each) for each in days if not np.isnan(strand.values[each])]
    # The same weekdays of the weeks before and after, unless they are of the sort themselves.
    around = {day + shift for day in chosen for shift in (-_WEEK, _WEEK)}
    usual = sorted(each for each in around if 0 <= each < calendar.count and each not in days)
    columns = {
        "given": strand.level(subject, calendar.among(chosen), len(chosen)),
        "usual": strand.level(subject, calendar.among(usual), len(usual)),
    }
    what = strand.measure.name if strand.measure else ""
    effect = min(1.0, _relative(strand, sort))
    named = [strand.measure.name] if strand.measure else []
    words = say(f"chart.anomaly.{strand.form}", **names), say(f"axis.{strand.kind}", **names)
    shown = sorted(chosen, key=lambda each: -abs(strand.rest[each]))[:_MARKS_MAX]
    marks = [Anomaly(each, 1, occasion.size, place.p_value) for each in shown]
    story = _Story(strand.form, sort, names, occasion.size, occasion.times, rivals)
    return Candidate(
        id=f"{sort.kind}:{strand.kind}:{what}",
        kind=sort.kind,
        group="patterns",
        columns=[*named, calendar.column.name],
        p_value=place.p_value,
        topic=(what, sort.kind) if what else None,
        strength=effect * weight_of(strand.measure),
        effect=effect,
        coverage=len(chosen) / calendar.count,
        reach=_REACH,
        surprise=0.6,
        sql=query.select(columns, subject.source),
        rows_sql=query.rows(subject.dataset, calendar.among(chosen)),
        tell=functools.partial(_tell, story),
        draw=functools.partial(
            anomalies_chart, calendar, (strand.values, strand.usual), marks, words, []
        ),
    )


def _tell(story: _Story, numbers: Numbers) -> Telling | None:
    given, usual = numbers["given"], numbers["usual"]
    if (given - usual) * story.sign <= 0:
        return None
    unit = say("unit.day")
    names = {"when": story.sort.when, "unit": unit, **story.names}
    details = [say("occasion.times", times=story.times), say("occasion.usual")]
    caveats: list[Message] = []
    if story.sort.country:
        details.append(say("occasion.tried", tried=len(COUNTRIES)))
    if story.rivals:
        others = [say(f"country.{each}") for each in story.rivals]
        caveats.append(say("occasion.rivals", countries=others))
    return Telling(compared(f"anomaly.{story.form}", given, usual, **names), details, caveats)
