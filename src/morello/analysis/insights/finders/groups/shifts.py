"""The last whole period against the one before: what changed beyond the usual, and by what."""

import dataclasses
import functools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Candidate, Search
from morello.analysis.insights.finders.groups.periods import Periods, periods_of
from morello.analysis.insights.finders.groups.step import (
    RELATIVE_MIN,
    Followed,
    Split,
    draw,
    sql_of,
    tell,
)
from morello.analysis.insights.table import query
from morello.analysis.insights.table.roles import weight_of
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain
from morello.analysis.methods.difference import winsorized
from morello.analysis.methods.groups.shift import shift_of
from morello.analysis.methods.groups.unevenness import unevenness
from morello.analysis.methods.profile import ColumnProfile

_LARGE = 0.35
_SURE_P = 1e-3
"""Whatever else the run finds: the last month always differs a little."""
_DIMENSIONS_MAX = 8
_GROUPS_MAX = 8
_GROUP_ROWS_MIN = 50
"""Of each group in each period: the average of fewer is too much moved by single rows."""
_OF_WHOLE_MIN = 0.4
"""Of the whole's step, what a group must make to be the reason for it."""

Floats = NDArray[np.float64]


def find_shifts(subject: Subject, search: Search) -> None:
    """Test the last step of rows, averages and totals; explain those that stand out."""
    periods = periods_of(subject)
    if periods is None:
        return
    rows = _follow(periods, "rows", None, np.ones(subject.sample.rows))
    found = [rows]
    for measure in subject.roles.measures:
        if measure.name in subject.twins:
            continue
        values = subject.numbers(measure)
        mean = _with_groups(subject, periods, _follow(periods, "mean", measure, values))
        total = None
        if weight_of(measure) > 1 and not measure.negatives:
            total = _follow(periods, "sum", measure, values)
        found.append(_of_both(search, mean, total, rows))
    if rows is not None:
        search.tests.append(rows.shift.p_value)
    for each in found:
        if each is None or each.shift.p_value > _SURE_P:
            continue
        if abs(each.relative) >= RELATIVE_MIN[each.kind]:
            search.candidates.append(_candidate(subject, periods, each))


def _of_both(
    search: Search, mean: Followed | None, total: Followed | None, rows: Followed | None
) -> Followed | None:
    """Take of a measure the total where it says more than its average and the rows do."""
    tested = [each for each in (mean, total) if each is not None]
    search.tests.extend(each.shift.p_value for each in tested)
    if total is None or mean is None:
        return mean
    if rows is not None and rows.shift.p_value < _SURE_P:  # the total follows the rows
        return mean
    return total if total.shift.p_value <= mean.shift.p_value else mean


def _follow(
    periods: Periods, kind: str, measure: ColumnProfile | None, values: Floats
) -> Followed | None:
    used = (periods.slots >= 0) & ~np.isnan(values)
    slots, numbers = periods.slots[used], values[used]
    counts = np.bincount(slots, minlength=periods.count).astype(np.float64)
    if counts.min() < 2:  # noqa: PLR2004 - no spread
        return None
    sums = np.bincount(slots, numbers, periods.count)
    squares = np.bincount(slots, numbers**2, periods.count)
    if kind == "mean":
        levels = sums / counts
        inner = float((squares - counts * levels**2).sum() / max(counts.sum() - periods.count, 1))
        shift = shift_of(levels, inner / counts)
    else:
        days = np.array([periods.days(each) for each in range(periods.count)])
        levels = sums / days
        if levels.min() <= 0:
            return None
        # Steps of a total are told as ratios, so they are tested as such.
        shift = shift_of(np.log(levels), squares / sums**2)
    return None if shift is None else Followed(kind, measure, values, levels, shift)


def _with_groups(subject: Subject, periods: Periods, mean: Followed | None) -> Followed | None:
    """Test the last step of an average in the groups, too: one that fell alone shows there first.

    Both tests are corrected for being two, and the groups' for how many they are.
    """
    if mean is None:
        return None
    best, tried = 1.0, 0
    known = ~np.isnan(mean.values) & (periods.slots >= 0)
    values = winsorized(mean.values[known])
    for dimension in subject.roles.dimensions[:_DIMENSIONS_MAX]:
        codes = subject.sample.codes(dimension.name)[0][known]
        places = np.where((codes >= 0) & (codes < _GROUPS_MAX), codes, _GROUPS_MAX)
        cells = periods.slots[known] * (_GROUPS_MAX + 1) + places
        shape = (periods.count, _GROUPS_MAX + 1)
        counts, sums, squares = (
            np.bincount(cells, weights, shape[0] * shape[1]).reshape(shape).T[:-1]
            for weights in (np.ones(len(values)), values, values**2)
        )
        for rows, total, square in zip(counts, sums, squares, strict=True):
            if rows.min() < _GROUP_ROWS_MIN:
                continue
            levels = total / rows
            inner = float((square - rows * levels**2).sum() / (rows.sum() - periods.count))
            shift = shift_of(levels, inner / rows)
            if shift is None:
                continue
            tried += 1
            # It has to be what moves the whole, and the way that the whole moves.
            moved = shift.size * rows[-1] / counts[:, -1].sum()
            if moved * mean.shift.size > _OF_WHOLE_MIN * mean.shift.size**2:
                best = min(best, shift.p_value)
    p_value = min(1.0, 2 * min(mean.shift.p_value, best * tried)) if tried else mean.shift.p_value
    shift = dataclasses.replace(mean.shift, p_value=p_value)
    return dataclasses.replace(mean, shift=shift)


def _split(subject: Subject, periods: Periods, followed: Followed) -> Split | None:
    """Return the dimension over whose values the change lies most unevenly."""
    best: tuple[float, Split] | None = None
    known = ~np.isnan(followed.values)
    for dimension in subject.roles.dimensions:
        codes, values = subject.sample.codes(dimension.name)
        sides = []
        for place in (periods.count - 2, periods.count - 1):
            used = known & (periods.slots == place) & (codes >= 0)
            numbers = followed.values[used]
            sides.append(
                [
                    np.bincount(codes[used], weights, len(values)).astype(np.float64)
                    for weights in (np.ones(len(numbers)), numbers, numbers**2)
                ]
            )
        (n0, v0, q0), (n1, v1, q1) = sides
        if not n0.sum() or not n1.sum():
            continue
        if followed.kind == "mean":
            level = v0.sum() / n0.sum()
            contributions = (v1 - level * n1) / n1.sum() - (v0 - level * n0) / n0.sum()
            base = n0 / n0.sum()
            variances = sum(
                (q - 2 * level * v + level**2 * n) / n.sum() ** 2
                for n, v, q in ((n0, v0, q0), (n1, v1, q1))
            )
        else:
            days = periods.days(periods.count - 2), periods.days(periods.count - 1)
            contributions = v1 / days[1] - v0 / days[0]
            base = v0 / v0.sum()
            variances = q1 / days[1] ** 2 + q0 / days[0] ** 2
        spread, _ = unevenness(contributions, base, np.asarray(variances))
        spread *= abs(contributions.sum()) / max(np.abs(contributions).sum(), 1e-300)
        if spread > 0 and (best is None or spread > best[0]):
            group = int(np.argmax(contributions * np.sign(contributions.sum())))
            best = spread, Split(dimension, contributions, group)
    return best[1] if best else None


def _candidate(subject: Subject, periods: Periods, followed: Followed) -> Candidate:
    split = _split(subject, periods, followed)
    what = followed.measure.name if followed.measure else "rows"
    named = [each.name for each in (followed.measure, split.dimension if split else None) if each]
    share_of_rows = float((periods.slots >= periods.count - 2).mean())
    value = None
    if split is not None:
        value = subject.sample.codes(split.dimension.name)[1][split.group]
    rows = periods.when(-1)
    if split is not None:
        rows = f"{rows} AND {query.is_value(split.dimension.name, value)}"
    return Candidate(
        id=f"shift:{followed.kind}:{what}",
        kind="shift",
        group="business",
        columns=[*named, periods.column.name],
        p_value=followed.shift.p_value,
        topic=(followed.measure.name, "shift") if followed.measure else None,
        effect=min(1.0, abs(followed.relative) / _LARGE),
        coverage=share_of_rows,
        # It is about all of what the reader looks at next.
        reach=0.5,
        surprise=0.9,
        strength=1e-3 * min(1.0, abs(followed.relative)),
        since=periods.starts[-2],
        sql=sql_of(subject, periods, followed, (split, value)),
        rows_sql=query.rows(subject.dataset, rows),
        tell=functools.partial(tell, periods, followed, (split, plain(value))),
        draw=functools.partial(draw, subject, followed, split),
    )
