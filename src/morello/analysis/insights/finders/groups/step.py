"""The step from the last but one period to the last: as a query, in words, as a picture."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import Axis, Chart, Role, Series
from morello.analysis.insights.candidate import Numbers, Telling
from morello.analysis.insights.finders.groups.periods import Periods
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import direction, plain, say, share
from morello.analysis.methods.groups.shift import Shift
from morello.analysis.methods.profile import ColumnProfile
from morello.kernel.messages import Message

RELATIVE_MIN = {"rows": 0.05, "sum": 0.05, "mean": 0.03}
"""Least relative change worth telling."""
_SHOWN_MAX = 12
_SHARE_TOLD = (0.1, 1.0)
_SUMS = ("n0", "n1", "v0", "v1")
"""Rows and sums, before and after."""

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Followed:
    """Rows, a total or an average by period: `kind` is `rows`, `sum` or `mean`."""

    kind: str
    measure: ColumnProfile | None
    values: Floats
    """What is added up for each row, NaN where absent."""
    levels: Floats
    """By period; of rows and totals, a day."""
    shift: Shift

    @property
    def relative(self) -> float:
        """The last step as a share of the level before."""
        return float(self.levels[-1] / self.levels[-2] - 1) if self.levels[-2] > 0 else 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Split:
    """A dimension over whose values the change lies, what each contributes, the largest."""

    dimension: ColumnProfile
    contributions: Floats
    group: int


def sql_of(
    subject: Subject,
    periods: Periods,
    followed: Followed,
    split: tuple[Split | None, object],
) -> str:
    """Write the decomposition over the dimension's values; of rows and totals, a day."""
    measure = followed.measure
    number = "1" if measure is None else subject.number(measure)
    dimension = "0" if split[0] is None else query.name(split[0].dimension.name)
    cells = {"part": dimension}
    for side, place in (("0", periods.count - 2), ("1", periods.count - 1)):
        days = 1 if followed.kind == "mean" else periods.days(place)
        when = periods.when(place)
        cells[f"n{side}"] = f"count({number}) FILTER (WHERE {when}) / {days}.0"
        cells[f"v{side}"] = f"coalesce(sum({number}) FILTER (WHERE {when}), 0) / {days}.0"
    both = f"({periods.when(-2)}) OR ({periods.when(-1)})"
    each = f"({query.select(cells, subject.source, both)} GROUP BY 1)"
    inside = "TRUE" if split[0] is None else query.is_value("part", split[1])
    change = "(v1 / nullif(n1, 0) - v0 / nullif(n0, 0))"
    columns = {
        **{name: f"sum({name})" for name in _SUMS},
        **{f"{name}_group": f"sum({name}) FILTER (WHERE {inside})" for name in _SUMS},
        "rate": f"coalesce(sum(n0 * {change}), 0)",
        "moved": f"coalesce(sum(n1 * {change}), 0)",
    }
    return query.select(columns, each)


def tell(
    periods: Periods,
    followed: Followed,
    split: tuple[Split | None, object],
    numbers: Numbers,
) -> Telling | None:
    """Tell what the whole table answered; None when it denies the step."""
    n0, n1, v0, v1 = (numbers[each] for each in _SUMS)
    if n0 <= 0 or n1 <= 0:
        return None
    is_mean = followed.kind == "mean"
    before, after = (v0 / n0, v1 / n1) if is_mean else (v0, v1)
    change = after - before
    if before <= 0 or change * followed.relative <= 0:
        return None
    if abs(change) < 0.5 * RELATIVE_MIN[followed.kind] * before:
        return None
    message = say(
        f"shift.{followed.kind}.{direction(change)}",
        measure=followed.measure.name if followed.measure else "",
        before=periods.name(-2),
        after=periods.name(-1),
        change=share(abs(change) / before),
        given=after,
        other=before,
    )
    details = []
    if split[0] is not None:
        details.append(_of_group(split[0], split[1], followed.kind, numbers))
        dimension = split[0].dimension.name
        rate = numbers["rate"] / n0 if is_mean else numbers["rate"]
        moved = numbers["moved"] / n1 if is_mean else numbers["moved"]
        size = 0.0 if is_mean else v0 * (n1 / n0 - 1)
        if followed.kind != "rows":
            kind = "average" if is_mean else "total"
            parts = {"dimension": dimension, "contribution": change, "rate": rate,
                     "both": moved - rate, "mix": change - size - moved}  # fmt: skip
            if not is_mean:
                parts["size"] = size
            details.append(say(f"explained.parts.{kind}", **parts))
    usual = say("shift.usual", periods=periods.count - 1, unit=say(f"unit.{periods.unit}"))
    return Telling(message, details, [usual])


def _of_group(split: Split, value: object, kind: str, numbers: Numbers) -> Message:
    n0, n1, v0, v1 = (numbers[each] for each in _SUMS)
    n0_group, n1_group, v0_group, v1_group = (numbers[f"{each}_group"] for each in _SUMS)
    if kind == "mean":
        level = v0 / n0
        change = v1 / n1 - level
        part = (v1_group - level * n1_group) / n1 - (v0_group - level * n0_group) / n0
    else:
        change, part = v1 - v0, v1_group - v0_group
    told = {"dimension": split.dimension.name, "value": value, "amount": part, "change": change}
    if _SHARE_TOLD[0] <= part / change <= _SHARE_TOLD[1]:
        return say("explained.share", share=share(part / change), **told)
    return say("explained.most", **told)


def draw(subject: Subject, followed: Followed, split: Split | None) -> Chart | None:
    """Draw what each value contributes in the rows in memory, scaled to all rows."""
    if split is None:
        return None
    values = subject.sample.codes(split.dimension.name)[1]
    scale = 1.0
    if followed.kind != "mean":
        scale = subject.sample.total / max(subject.sample.rows, 1)
    order = np.argsort(-np.abs(split.contributions), kind="stable")[:_SHOWN_MAX]
    roles: tuple[Role, Role] = ("highlight", "plain")
    series = []
    for strong, role in zip((True, False), roles, strict=True):
        chosen = [int(each) for each in order if (each == split.group) == strong]
        if chosen:
            series.append(
                Series(
                    x=[str(plain(values[each])) for each in chosen],
                    y=[float(split.contributions[each] * scale) for each in chosen],
                    role=role,
                )
            )
    return Chart(
        kind="bar",
        title=say("explained.chart.contributions", dimension=split.dimension.name),
        x=Axis(title=split.dimension.name, scale="category"),
        y=Axis(title=say("explained.chart.contribution")),
        series=series,
    )
