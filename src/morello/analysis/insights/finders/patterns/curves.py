"""Measures of which one tells the other along a curve, not only a line."""

import dataclasses
import functools
import itertools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import Chart, Mark, Series
from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.pictures import points_chart
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.correlation import memory_of, pearson
from morello.analysis.methods.difference import winsorized
from morello.analysis.methods.outlying.copula import normal_scores
from morello.analysis.methods.patterns.curve import Bend, Curve, bend_of, curve_of, parts_of
from morello.analysis.methods.patterns.steps import Steps, steps_of
from morello.analysis.methods.profile import ColumnProfile

ROWS_MAX = 20_000
"""Rows looked at, a random sample of a larger table."""
P_MAX = 2e-6
GAIN_MIN = 0.04
"""Least share of the variance that the curve must explain beyond the line."""
SAME_MIN = 0.97
"""Beyond it, one column is made from the other."""
_TOGETHER = 0.4
_LEFT_MIN = 0.4

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclasses.dataclass(frozen=True, slots=True)
class _Column:
    """A measure, ready to be compared."""

    profile: ColumnProfile
    values: Floats
    scores: Floats
    parts: Ints
    memory: float
    steps: Steps | None


@dataclasses.dataclass(frozen=True, slots=True)
class _Pair:
    x: _Column
    y: _Column
    curve: Curve
    p_value: float


def find_curves(subject: Subject, search: Search) -> None:
    """Compare every two measures both ways; a curve is told in place of its line."""
    columns = _columns(subject)
    found = []
    for first, second in itertools.combinations(columns, 2):
        pair = _best(first, second)
        if pair is None:
            continue
        search.tests.append(pair.p_value)
        names = {first.profile.name, second.profile.name}
        if (
            pair.p_value <= P_MAX
            and pair.curve.gain >= GAIN_MIN
            and pair.curve.whole < SAME_MIN
            and not any(names <= formula for formula in subject.formulas)
        ):
            found.append(pair)
    for pair in _without_chains(found):
        if _is_echo_of_groups(subject, pair):
            continue
        x, y = pair.x.profile.name, pair.y.profile.name
        lines = (f"correlation:{x}:{y}", f"correlation:{y}:{x}")
        search.candidates[:] = [each for each in search.candidates if each.id not in lines]
        search.candidates.append(_candidate(subject, pair))


def _rows(subject: Subject) -> Ints:
    count = subject.sample.rows
    if count <= ROWS_MAX:
        return np.arange(count)
    # In the table's order, so that a row is still compared with the one before it.
    return np.sort(np.random.default_rng(0).choice(count, ROWS_MAX, replace=False))


def _columns(subject: Subject) -> list[_Column]:
    rows = _rows(subject)
    columns = []
    for each in subject.roles.measures:
        values = subject.numbers(each)[rows]
        if each.name in subject.twins or np.isnan(values).all():
            continue
        scores = np.where(np.isnan(values), np.nan, normal_scores(values))
        memory = memory_of(scores)
        columns.append(_Column(each, values, scores, parts_of(values), memory, steps_of(scores)))
    return columns


def _best(first: _Column, second: _Column) -> _Pair | None:
    """Test both ways, and keep the one along which more is explained."""
    both = ~(np.isnan(first.scores) | np.isnan(second.scores))
    shared = max(first.memory, 0.0) * max(second.memory, 0.0)
    independent = (1 - shared) / (1 + shared)
    ways = []
    for x, y in ((first, second), (second, first)):
        curve = curve_of(x.scores[both], y.scores[both], x.parts[both], independent, y.steps)
        if curve is not None:
            ways.append((x, y, curve))
    if not ways:
        return None
    x, y, best = max(ways, key=lambda each: each[2].gain)
    return _Pair(x, y, best, min(1.0, len(ways) * best.p_value))


def _without_chains(pairs: list[_Pair]) -> list[_Pair]:
    """Drop a pair that shares a column with a stronger one whose other column goes along."""
    kept: list[_Pair] = []
    for pair in sorted(pairs, key=lambda each: -each.curve.gain):
        if not any(_goes_along(pair, each, pairs) for each in kept):
            kept.append(pair)
    return kept


def _goes_along(pair: _Pair, other: _Pair, pairs: list[_Pair]) -> bool:
    mine, theirs = ({id(each.x), id(each.y)} for each in (pair, other))
    if len(mine & theirs) != 1:
        return False
    ends = [each for each in (pair.x, pair.y, other.x, other.y) if id(each) in mine ^ theirs]
    if any({id(each.x), id(each.y)} == mine ^ theirs for each in pairs):
        return True
    both = ~(np.isnan(ends[0].scores) | np.isnan(ends[1].scores))
    return abs(pearson(ends[0].scores[both], ends[1].scores[both])) >= _TOGETHER


def _is_echo_of_groups(subject: Subject, pair: _Pair) -> bool:
    """Tell whether the curve is gone within the groups of some dimension."""
    both = ~(np.isnan(pair.x.scores) | np.isnan(pair.y.scores))
    x, y, parts = pair.x.scores[both], pair.y.scores[both], pair.x.parts[both]
    rows = _rows(subject)[both]
    for dimension in subject.roles.dimensions:
        slots = subject.sample.codes(dimension.name)[0][rows] + 1
        counts = np.maximum(np.bincount(slots), 1)
        rest = y - (np.bincount(slots, y) / counts)[slots]
        inner = curve_of(x, rest, parts)
        if inner is None or inner.gain < _LEFT_MIN * pair.curve.gain:
            return True
    return False


def _candidate(subject: Subject, pair: _Pair) -> Candidate:
    first, second = pair.x.profile, pair.y.profile
    places, means, weights = _averages(pair)
    bend = bend_of(places, means, weights)
    x, y = subject.number(first), subject.number(second)
    present = pair.x.values[~np.isnan(pair.x.values)]
    low, high = np.quantile(present, [0.15, 0.85])
    near = np.sort(np.abs(places - bend.at))[1]
    zones = {
        "low": f"x < {query.value(bend.at)}" if _jumps(bend) else f"x <= {query.value(float(low))}",
        "middle": f"abs(x - {query.value(bend.at)}) <= {query.value(float(near))}",
        "high": f"x >= {query.value(bend.at if _jumps(bend) else float(high))}",
    }
    source = f"(SELECT {x} AS x, {y} AS y FROM {subject.source})"  # noqa: S608 - every part is quoted
    return Candidate(
        id=f"curve:{first.name}:{second.name}",
        kind="curve",
        group="patterns",
        columns=[first.name, second.name],
        p_value=pair.p_value,
        effect=min(1.0, pair.curve.whole**0.5),
        coverage=float(np.mean(~np.isnan(pair.x.values + pair.y.values))),
        surprise=_surprise(pair.curve),
        sql=query.select(
            {"rows": "count(x + y)"}
            | {name: f"median(y) FILTER (WHERE {zone})" for name, zone in zones.items()},
            source,
        ),
        tell=functools.partial(_tell, (first.name, second.name), pair.curve, bend),
        draw=functools.partial(_chart, subject, pair, bend),
    )


def _surprise(curve: Curve) -> float:
    """Say how much of it is news: the more a line says already, the less."""
    return 0.25 + 0.6 * min(1.0, curve.gain / max(curve.whole, curve.gain))


def _averages(pair: _Pair) -> tuple[Floats, Floats, Floats]:
    """Return the middles of the parts of x, the averages of y there, and how many rows."""
    both = ~(np.isnan(pair.x.values) | np.isnan(pair.y.values))
    x, y, parts = pair.x.values[both], winsorized(pair.y.values[both]), pair.x.parts[both]
    present = np.unique(parts)
    places = np.array([np.median(x[parts == each]) for each in present])
    counts = np.bincount(parts)[present].astype(np.float64)
    return places, np.bincount(parts, y)[present] / counts, counts


def _jumps(bend: Bend) -> bool:
    return bend.shape in ("jumps", "drops")


_WANTED = {
    "rises_falls": (1, -1), "falls_rises": (-1, 1), "rises_levels": (1, 0),
    "falls_levels": (-1, 0), "level_rises": (0, 1), "level_falls": (0, -1),
}  # fmt: skip
"""The signs of the way from low to middle, and from middle to high."""


def _tell(names: tuple[str, str], curve: Curve, bend: Bend, numbers: Numbers) -> Telling | None:
    low, middle, high = numbers["low"], numbers["middle"], numbers["high"]
    for wanted, way in zip(
        _WANTED.get(bend.shape, ()), (middle - low, high - middle), strict=False
    ):
        if wanted and wanted * way <= 0:
            return None
    if _jumps(bend) and (high - low) * (1 if bend.shape == "jumps" else -1) <= 0:
        return None
    common = {"x": names[0], "y": names[1], "at": bend.at, "low": low, "high": high}
    levels = (
        say("curve.sides", **common)
        if _jumps(bend)
        else say("curve.levels", **common, middle=middle)
    )
    explains = say("curve.explains", y=names[1], whole=share(curve.whole), line=share(curve.line))
    return Telling(say(f"curve.{bend.shape}", **common), [levels, explains])


def _chart(subject: Subject, pair: _Pair, bend: Bend) -> Chart:
    places, means, _ = _averages(pair)
    chart = points_chart(subject, pair.x.profile, pair.y.profile)
    curve = Series(x=places.tolist(), y=means.tolist(), role="reference")
    marks = [] if bend.shape == "winds" else [Mark(x=bend.at, label=say("curve.mark"))]
    return chart.model_copy(update={"series": [*chart.series, curve], "marks": marks})
