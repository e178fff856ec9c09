"""The columns that explain a measure together, each with what it explains."""

import functools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import SHARE, Axis, Chart, Role, Series
from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.finders.groups.feature import Feature
from morello.analysis.insights.finders.groups.target import Target
from morello.analysis.insights.table import query
from morello.analysis.insights.table.roles import is_outcome
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.groups.drivers import Driver, Explained, explained

SHARE_MIN = 0.05
"""Least share of a measure's variation that all drivers together must explain."""
SECOND_MIN = 0.03
"""Least share of the second driver: one alone is told as a segment or a correlation."""
_SECOND_OF_ALL_MIN = 0.15
_TOLD_MAX = 3
_NAMED_MAX = 3

Looked = tuple[list[Target], list[Feature], list[set[str]]]
"""Targets, features, and for each target the features that give it away."""


def find_drivers(subject: Subject, search: Search, looked: Looked, rows: NDArray[np.int64]) -> None:
    """Model each target on every other column; tell of those that two or more explain."""
    targets, features, taken = looked
    learn = np.random.default_rng(2).permutation(len(rows)) < len(rows) // 2
    found: list[tuple[Target, list[Feature], Explained]] = []
    for target, names in zip(targets, taken, strict=True):
        used = [each for each in features if each.name not in names]
        model = explained(
            target.values, [each.codes for each in used], [each.size for each in used], learn
        )
        if model is None:
            continue
        search.tests.append(model.p_value)
        if model.share < SHARE_MIN or len(model.drivers) < 2:  # noqa: PLR2004 - one is no model
            continue
        if model.drivers[1].share >= max(SECOND_MIN, _SECOND_OF_ALL_MIN * model.share):
            found.append((target, used, model))
    found.sort(key=lambda each: (not is_outcome(each[0].name), -each[2].share))
    told: set[str] = set()
    for target, used, model in found:
        # What explains a column is explained by it, too: one of them is enough.
        if target.name not in told and len(told) < _TOLD_MAX * _NAMED_MAX:
            search.candidates.append(_candidate(subject, target, used, model))
            told |= {target.name, *(used[each.column].name for each in model.drivers)}


def _candidate(
    subject: Subject, target: Target, features: list[Feature], model: Explained
) -> Candidate:
    drivers = [(features[each.column], each) for each in model.drivers]
    parts = {f"part_{place}": _part(*each) for place, each in enumerate(drivers, start=1)}
    inner = query.select({"y": target.number, **parts}, subject.source)
    whole = " + ".join(parts)
    columns = {
        "explained": f"1 - var_pop(y - ({whole})) / nullif(var_pop(y), 0)",
        **{
            f"driver_{place}": f"covar_pop(y, part_{place}) / nullif(var_pop(y), 0)"
            for place in range(1, len(drivers) + 1)
        },
        "rows": "count(y)",
    }
    names = [each.name for each, _ in drivers]
    return Candidate(
        id=f"drivers:{target.name}",
        kind="drivers",
        group="business",
        columns=[target.name, *names],
        p_value=model.p_value,
        effect=min(1.0, model.share**0.5),
        coverage=float(np.mean(~np.isnan(target.values))),
        surprise=0.4,  # what a measure is made of is known to most who work with it
        sql=query.select(columns, f"({inner})", "y IS NOT NULL"),
        tell=functools.partial(_tell, target, names, model.share),
        draw=functools.partial(_chart, target, drivers),
        strength=model.share,
    )


def _part(feature: Feature, driver: Driver) -> str:
    """Write what a driver adds: its code picks from a list, an absent value adds nothing."""
    adds = ", ".join(query.value(float(f"{each:.6g}")) for each in driver.adds)
    return f"coalesce(([{adds}])[({feature.sql}) + 1], 0)"


def _tell(target: Target, names: list[str], new: float, numbers: Numbers) -> Telling | None:
    if numbers["explained"] < SHARE_MIN:
        return None
    message = say(
        "drivers",
        what=target.what if target.is_rate else target.name,
        explained=share(numbers["explained"]),
        drivers=names[:_NAMED_MAX],
    )
    details = [
        say("drivers.one", column=name, share=share(numbers[f"driver_{place}"]))
        for place, name in enumerate(names, start=1)
    ]
    details.append(say("drivers.new", share=share(new)))
    return Telling(message, details, [say("drivers.caveat")])


def _chart(target: Target, drivers: list[tuple[Feature, Driver]]) -> Chart:
    roles: tuple[Role, Role] = ("highlight", "plain")
    series = [
        Series(
            x=[feature.name for feature, _ in part],
            y=[max(0.0, driver.share) for _, driver in part],
            role=role,
        )
        for part, role in zip((drivers[:1], drivers[1:]), roles, strict=True)
        if part
    ]
    return Chart(
        kind="bar",
        title=say("drivers.chart", what=target.what if target.is_rate else target.name),
        x=Axis(title=say("drivers.axis"), scale="category"),
        y=Axis(title=say("drivers.share"), unit=SHARE),
        series=series,
    )
