"""Pictures of findings, drawn from the rows in memory."""

import math

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import SHARE, Axis, Chart, Mark, Role, Series
from morello.analysis.charts.condition import Along, Behind, By, Condition
from morello.analysis.insights.table.calendar import Calendar
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain, say
from morello.analysis.methods.outliers import Tail
from morello.analysis.methods.profile import ColumnProfile
from morello.kernel.messages import Message

BARS_MAX = 12
POINTS_MAX = 400
BINS = 40
FIFTHS = 5

_PLAIN: Role = "plain"
_HIGHLIGHT: Role = "highlight"

_PERIODS: dict[str, By] = {
    "day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year",
}  # fmt: skip
_PHASES: dict[str, By] = {"weekday": "weekday", "month": "month_of_year"}

Floats = NDArray[np.float64]


def means_chart(
    subject: Subject, dimension: ColumnProfile, measure: ColumnProfile, group: int
) -> Chart:
    """Draw the average of a measure for the most frequent values of a dimension."""
    codes, values = subject.sample.codes(dimension.name)
    numbers = subject.numbers(measure)
    used = ~np.isnan(numbers) & (codes >= 0)
    counts = np.bincount(codes[used], minlength=len(values))
    means = np.bincount(codes[used], numbers[used], len(values)) / np.maximum(counts, 1)
    chosen = _some(len(values), group)
    title = say("chart.mean", measure=measure.name, dimension=dimension.name)
    return _bars(
        title,
        (dimension.name, say("axis.mean", measure=measure.name)),
        [(str(plain(values[each])), float(means[each]), each == group) for each in chosen],
        behind=Behind(x=Along(column=dimension.name)),
    )


def shares_chart(
    subject: Subject, group: ColumnProfile, outcome: ColumnProfile, cell: tuple[int, int]
) -> Chart:
    """Draw the share of one outcome for the most frequent values of a dimension."""
    codes, values = subject.sample.codes(group.name)
    others, outcomes = subject.sample.codes(outcome.name)
    used = (codes >= 0) & (others >= 0)
    counts = np.bincount(codes[used], minlength=len(values))
    hits = np.bincount(codes[used & (others == cell[1])], minlength=len(values))
    shares = hits / np.maximum(counts, 1)
    result = plain(outcomes[cell[1]])
    return _bars(
        say("chart.share", column=outcome.name, outcome=result, group=group.name),
        (group.name, say("axis.share")),
        [
            (str(plain(values[each])), float(shares[each]), each == cell[0])
            for each in _some(len(values), cell[0])
        ],
        unit=SHARE,
        behind=Behind(x=Along(column=group.name)),
    )


def fifths_chart(subject: Subject, entity: ColumnProfile, measure: ColumnProfile | None) -> Chart:
    """Draw what each fifth of customers, items and the like makes, the top one first."""
    codes, values = subject.sample.codes(entity.name)
    numbers = np.ones(len(codes)) if measure is None else subject.numbers(measure)
    used = ~np.isnan(numbers) & (codes >= 0)
    totals = -np.sort(-np.bincount(codes[used], numbers[used], len(values)))
    cuts = np.rint(np.arange(FIFTHS + 1) * len(totals) / FIFTHS).astype(np.int64)
    shares = np.add.reduceat(totals, cuts[:-1]) / totals.sum()
    what = say("axis.rows") if measure is None else measure.name
    return _bars(
        say("chart.fifths", entity=entity.name, what=what),
        (say("axis.fifths", entity=entity.name), say("axis.share_of", what=what)),
        [(str(place), float(part), place == 1) for place, part in enumerate(shares, start=1)],
        unit=SHARE,
    )


def points_chart(subject: Subject, first: ColumnProfile, second: ColumnProfile) -> Chart:
    """Draw rows as points, a random few of them."""
    x, y = subject.numbers(first), subject.numbers(second)
    both = np.flatnonzero(~(np.isnan(x) | np.isnan(y)))
    note = None
    if len(both) > POINTS_MAX:
        note = say("chart.points", shown=POINTS_MAX, rows=len(both))
        both = np.sort(np.random.default_rng(0).choice(both, POINTS_MAX, replace=False))
    return Chart(
        kind="scatter",
        title=say("chart.points_of", first=first.name, second=second.name),
        x=Axis(title=first.name),
        y=Axis(title=second.name),
        series=[Series(x=x[both].tolist(), y=y[both].tolist())],
        behind=Behind(x=Along(column=first.name), y=Along(column=second.name)),
        note=note,
    )


def spread_chart(subject: Subject, column: ColumnProfile, tail: Tail, upper: bool) -> Chart:
    """Draw a column's histogram with its outliers; by logarithm when they lie far out."""
    values = subject.sample.raw_numbers(column.name)
    values = values[~np.isnan(values)]
    far = tail.distance > 30 and values.min() > 0  # noqa: PLR2004 - the others would be one bar
    edges = (
        np.geomspace(values.min(), values.max(), BINS + 1)
        if far
        else np.linspace(values.min(), values.max(), BINS + 1)
    )
    edges = np.unique(edges)
    counts, _ = np.histogram(values, edges)
    return Chart(
        kind="histogram",
        title=say("chart.spread", column=column.name),
        x=Axis(title=column.name, scale="log" if far else "linear"),
        y=Axis(title=say("axis.rows")),
        series=_spread(edges, counts, tail, upper=upper),
        marks=[Mark(x=tail.edge, label=say("mark.outliers"))],
        behind=Behind(x=Along(column=column.name, by="bin")),
    )


def _spread(edges: Floats, counts: NDArray[np.int64], tail: Tail, *, upper: bool) -> list[Series]:
    """Set the bins apart that hold outliers only."""
    middle = (tail.edge + tail.inner) / 2
    outlying = edges[:-1] >= middle if upper else edges[1:] <= middle
    return [
        Series(
            x=edges.tolist(),
            y=[float(each) if shown else None for each, shown in zip(counts, part, strict=True)],
            role=role,
        )
        for part, role in ((~outlying, _PLAIN), (outlying, _HIGHLIGHT))
    ]


def course_chart(
    calendar: Calendar,
    periods: NDArray[np.int64],
    values: Floats,
    title: tuple[Message, str],
    at: int | None,
    where: list[Condition] | None = None,
) -> Chart:
    """Draw a series over its periods, with the day it changed; `title` is words and a unit.

    `where` says which rows the series follows; all of them when left out.
    """
    name, unit = title
    days = [calendar.start(int(each)).isoformat() for each in periods]
    marks = []
    if at is not None:
        start = calendar.start(at).isoformat()
        marks.append(Mark(x=start, label=say("mark.change", date=start)))
    return Chart(
        kind="line",
        title=name,
        x=Axis(title=say(f"unit.{calendar.unit}"), scale="time"),
        y=Axis(title=name, unit=unit),
        series=[Series(x=[*days], y=values.tolist())],
        marks=marks,
        behind=Behind(
            where=where or [], x=Along(column=calendar.column.name, by=_PERIODS[calendar.unit])
        ),
    )


def phases_chart(
    kind: str,
    phases: list[int],
    means: dict[int, float],
    measure: str | None,
    time: str | None = None,
) -> Chart:
    """Draw the average of each weekday or month of `time`, those that stand out in front."""
    what = say("axis.rows_a_day") if measure is None else say("axis.mean", measure=measure)
    return _bars(
        say(f"chart.{kind}", what=what),
        (say(f"unit.{kind}"), what),
        [(str(phase + 1), mean, phase in phases) for phase, mean in means.items()],
        phase_unit=kind,
        behind=None if time is None else Behind(x=Along(column=time, by=_PHASES[kind])),
    )


def _some(count: int, group: int) -> list[int]:
    """Choose the first few values, and the one that the finding is about."""
    chosen = list(range(min(count, BARS_MAX)))
    return chosen if group in chosen else [*chosen[:-1], group]


def _bars(
    title: Message,
    axes: tuple[Message | str, Message],
    bars: list[tuple[str, float, bool]],
    *,
    phase_unit: str = "",
    unit: str = "",
    behind: Behind | None = None,
) -> Chart:
    bars = [each for each in bars if math.isfinite(each[1])]
    parts = []
    for strong, role in ((False, _PLAIN), (True, _HIGHLIGHT)):
        chosen = [each for each in bars if each[2] == strong]
        if chosen:
            parts.append(
                Series(
                    x=[name for name, _, _ in chosen],
                    y=[height for _, height, _ in chosen],
                    role=role,
                )
            )
    return Chart(
        kind="bar",
        title=title,
        x=Axis(title=axes[0], scale="category", unit=phase_unit),
        y=Axis(title=axes[1], unit=unit),
        series=parts,
        behind=behind,
    )
