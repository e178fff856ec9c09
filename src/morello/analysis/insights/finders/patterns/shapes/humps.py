"""A column with two middles."""

import functools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.finders.patterns.shapes.pictures import humps_chart
from morello.analysis.insights.table import query
from morello.analysis.insights.table.past import follows_its_past
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.association import association
from morello.analysis.methods.patterns.humps import Humps, dip_of, dip_tail, humps_of
from morello.analysis.methods.profile import ColumnProfile

P_MAX = 1e-5
DEPTH_MIN = 0.15
SHARE_MIN = 0.05
"""Least share of the values on either side of the valley."""
_ASSOCIATED = 0.5
_LEVELS, _LEVELS_SHARE, _FILLED_MIN = 20, 0.5, 0.5

Floats = NDArray[np.float64]


def find_humps(
    subject: Subject, column: ColumnProfile, values: Floats, step: float, search: Search
) -> None:
    """Tell of two humps of finite values that come in steps; 0 where they come in none."""
    whole = subject.numbers(column)
    if _has_levels(values, step) or follows_its_past(subject, whole, np.arange(len(whole))):
        return
    # Rounded values are spread over their step: the gaps between them are no valleys.
    smooth = values + np.random.default_rng(0).uniform(-0.5, 0.5, len(values)) * step
    p_value = dip_tail(dip_of(smooth), len(smooth))
    search.tests.append(p_value)
    if p_value > P_MAX:
        return
    humps = humps_of(smooth)
    if humps is None:
        return
    below = float((smooth < humps.valley).mean())
    if humps.depth >= DEPTH_MIN and SHARE_MIN <= below <= 1 - SHARE_MIN:
        search.candidates.append(_humps(subject, column, humps, p_value))


def _has_levels(values: Floats, step: float) -> bool:
    """Tell whether most values are at a few levels, such as prices, with gaps in between."""
    counts = np.sort(np.unique(values, return_counts=True)[1])
    places = (values.max() - values.min()) / step + 1 if step > 0 else np.inf
    most = counts[-_LEVELS:].sum() > _LEVELS_SHARE * len(values)
    return bool(most and len(counts) < _FILLED_MIN * places)


def _humps(subject: Subject, column: ColumnProfile, humps: Humps, p_value: float) -> Candidate:
    number = subject.number(column)
    width = query.value((humps.high - humps.low) / 6)
    columns = {
        f"near_{name}": f"count(*) FILTER (WHERE abs({number} - {query.value(at)}) <= {width})"
        for name, at in (("low", humps.low), ("valley", humps.valley), ("high", humps.high))
    }
    below = f"count(*) FILTER (WHERE {number} < {query.value(humps.valley)})"
    groups = _explaining(subject, column, humps.valley)
    return Candidate(
        id=f"humps:{column.name}",
        kind="humps",
        group="patterns",
        columns=[column.name],
        p_value=p_value,
        effect=humps.depth,
        coverage=1 - column.nulls / max(column.rows, 1),
        surprise=0.4 if groups else 0.75,
        sql=query.select(columns | {"below": below, "of": f"count({number})"}, subject.source),
        tell=functools.partial(_tell_humps, column.name, humps, groups),
        draw=functools.partial(humps_chart, subject, column, humps),
    )


def _explaining(subject: Subject, column: ColumnProfile, valley: float) -> str | None:
    """Return the dimension that tells best on which side of the valley a row is."""
    values = subject.numbers(column)
    side = np.where(np.isnan(values), -1, values >= valley).astype(np.int32)
    best: tuple[float, str] | None = None
    for dimension in subject.roles.dimensions:
        codes, names = subject.sample.codes(dimension.name)
        found = association(codes, side, (len(names), 2))
        if found and found.strength >= _ASSOCIATED and (not best or found.strength > best[0]):
            best = found.strength, dimension.name
    return best[1] if best else None


def _tell_humps(column: str, humps: Humps, groups: str | None, numbers: Numbers) -> Telling | None:
    if numbers["near_valley"] >= min(numbers["near_low"], numbers["near_high"]):
        return None
    below = share(numbers["below"] / max(numbers["of"], 1))
    details = [say("humps.sides", valley=humps.valley, below=below, above=share(1 - below))]
    details.append(say("humps.groups", dimension=groups) if groups else say("humps.unexplained"))
    told = {"low": humps.low, "valley": humps.valley, "high": humps.high}
    return Telling(say("humps", column=column, **told), details)
