"""Echoes: findings that a stronger finding accounts for."""

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.candidate import Candidate
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain, say
from morello.analysis.methods.association import association
from morello.analysis.methods.correlation import pearson
from morello.analysis.methods.difference import winsorized
from morello.kernel.messages import Message

KEPT_SHARE_MIN = 0.5
"""A finding stands when at least this much of it is left once the stronger one is allowed for."""
FOLDED_MAX = 3
TOGETHER_MIN = 0.5
"""Correlation from which on two measures have one story."""

_SAME_ROWS_SHARE = 0.98
_SAME_START_DAYS = 10
_PLAIN_KINDS = ("segment", "correlation", "association")
"""What is told of two columns, and may only be the shadow of a third."""

_JOINT_KINDS = ("subgroup", "reversal")
"""What is told of three columns, and could be told of each as the outcome."""

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]
Claim = tuple[str, str, int]


def without_echoes(subject: Subject, candidates: list[Candidate]) -> list[Candidate]:
    """Keep what stands on its own, strongest first; fold the echoes into what they echo."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda each: (-each.strength, -each.score, each.id)):
        source = next((each for each in kept if _is_echo(subject, candidate, each)), None)
        if source is None:
            kept.append(candidate)
        elif _is_worth_saying(candidate, source):
            source.echoes.append(_said(subject, candidate))
    return kept


def _is_worth_saying(candidate: Candidate, source: Candidate) -> bool:
    """Tell whether the source should name its echo; a reversal has named both of its views."""
    if len(source.echoes) >= FOLDED_MAX or source.kind == "reversal":
        return False
    return candidate.topic is not None or candidate.claim is not None


def _is_echo(subject: Subject, weak: Candidate, strong: Candidate) -> bool:
    if weak.kind == "absent" and strong.kind == "missing":
        return weak.columns[0] == strong.columns[0]
    if strong.kind in _JOINT_KINDS or weak.kind == "shift":
        return _is_of_joint(subject, weak, strong)
    if weak.topic is not None and strong.topic is not None and weak.topic[1] == strong.topic[1]:
        return _move_together(subject, weak.topic[0], strong.topic[0])
    if weak.claim is None or strong.claim is None:
        return False
    return _is_of_segment(subject, weak.claim, strong.claim)


def _is_of_joint(subject: Subject, weak: Candidate, strong: Candidate) -> bool:
    """Tell whether what is told of two columns, or the same three, is told by a third's part."""
    if weak.kind == "shift":
        return _is_of_change(subject, weak, strong)
    if weak.kind == strong.kind:
        return set(weak.columns) == set(strong.columns)
    if weak.kind not in _PLAIN_KINDS:
        return False
    if strong.kind == "reversal":
        return set(weak.columns) == set(strong.columns[:2])
    return _is_of_subgroup(subject, weak, strong)


def _is_of_segment(subject: Subject, weak: Claim, strong: Claim) -> bool:
    """Tell whether a segment is another's: of the same measure, or the same rows."""
    measure, dimension, group = weak
    other_measure, other_dimension, other_group = strong
    inside = subject.sample.codes(dimension)[0] == group
    if measure == other_measure and dimension != other_dimension:
        codes = subject.sample.codes(other_dimension)[0]
        return _left(subject.sample.numbers(measure), inside, codes) < KEPT_SHARE_MIN
    others = subject.sample.codes(other_dimension)[0] == other_group
    alike = float((inside == others).mean())
    if max(alike, 1 - alike) < _SAME_ROWS_SHARE:
        return False
    return _left_after_line(subject, measure, other_measure, inside) < KEPT_SHARE_MIN


def _is_of_change(subject: Subject, weak: Candidate, strong: Candidate) -> bool:
    """Tell whether the last period differs because a change that is told began just then."""
    if weak.topic is not None and strong.topic is not None and weak.topic[1] == strong.topic[1]:
        return _move_together(subject, weak.topic[0], strong.topic[0])
    if strong.kind != "change" or weak.since is None or strong.since is None:
        return False
    same = weak.topic is None or weak.topic[0] in strong.columns
    return same and abs((strong.since - weak.since).days) <= _SAME_START_DAYS


def _is_of_subgroup(subject: Subject, weak: Candidate, strong: Candidate) -> bool:
    """Tell whether what a finding tells of two columns is gone without the subgroup's rows."""
    if not set(weak.columns) <= set(strong.columns) or strong.inside is None:
        return False
    rest = ~strong.inside
    if weak.claim is not None:
        measure, dimension, group = weak.claim
        values = subject.sample.numbers(measure)
        codes = subject.sample.codes(dimension)[0]
        whole, left = (_gap(values, codes == group, rows) for rows in (rest | True, rest))
    elif weak.kind == "association":
        (x, first), (y, second) = (subject.sample.codes(each) for each in weak.columns)
        sizes = len(first), len(second)
        both = (association(x[rows], y[rows], sizes) for rows in (rest | True, rest))
        whole, left = (0.0 if each is None else each.strength for each in both)
    else:
        a, b = (subject.sample.numbers(each) for each in weak.columns)
        known = ~(np.isnan(a) | np.isnan(b))
        whole, left = (pearson(a[rows], b[rows]) for rows in (known, known & rest))
    return left * whole <= 0 or abs(left) < KEPT_SHARE_MIN * abs(whole)


def _gap(values: Floats, inside: NDArray[np.bool_], rows: NDArray[np.bool_]) -> float:
    """Return a group's average minus that of the others among some rows; 0 where one is empty."""
    used = rows & ~np.isnan(values)
    here, there = values[used & inside], values[used & ~inside]
    return float(here.mean() - there.mean()) if len(here) and len(there) else 0.0


def _move_together(subject: Subject, first: str, second: str) -> bool:
    x, y = subject.sample.numbers(first), subject.sample.numbers(second)
    both = ~(np.isnan(x) | np.isnan(y))
    if both.sum() < 3:  # noqa: PLR2004 - no line through two points
        return False
    return abs(pearson(winsorized(x[both]), winsorized(y[both]))) >= TOGETHER_MIN


def _left(values: Floats, inside: NDArray[np.bool_], codes: Codes) -> float:
    """Return the share of a group's difference that is left within the values of a dimension."""
    known = ~np.isnan(values)
    values, inside, slots = winsorized(values[known]), inside[known], codes[known] + 1
    whole = values[inside].mean() - values[~inside].mean()
    size = int(slots.max()) + 1
    here, there = (np.bincount(slots[part], minlength=size) for part in (inside, ~inside))
    both = (here > 0) & (there > 0)
    if not both.any() or whole == 0:
        return 0.0
    sums = [np.bincount(slots[part], values[part], size) for part in (inside, ~inside)]
    gaps = sums[0][both] / here[both] - sums[1][both] / there[both]
    weights = here[both] * there[both] / (here[both] + there[both])
    return float(np.average(gaps, weights=weights) / whole)


def _left_after_line(
    subject: Subject, measure: str, other: str, inside: NDArray[np.bool_]
) -> float:
    """Return the share that is left once the line through another measure is taken out."""
    x, y = subject.sample.numbers(other), subject.sample.numbers(measure)
    both = ~(np.isnan(x) | np.isnan(y))
    if both.sum() < 3 or not inside[both].any() or inside[both].all():  # noqa: PLR2004 - no line
        return 1.0
    x, y, inside = winsorized(x[both]), winsorized(y[both]), inside[both]
    whole = y[inside].mean() - y[~inside].mean()
    # The slope is taken within the group and outside of it, so that the group cannot make it.
    x_inner = x - np.where(inside, x[inside].mean(), x[~inside].mean())
    y_inner = y - np.where(inside, y[inside].mean(), y[~inside].mean())
    spread = float((x_inner * x_inner).sum())
    if spread <= 0 or whole == 0:
        return 1.0
    slope = float((x_inner * y_inner).sum()) / spread
    rest = y - slope * x
    return float((rest[inside].mean() - rest[~inside].mean()) / whole)


def _said(subject: Subject, candidate: Candidate) -> Message:
    if candidate.claim is None:
        assert candidate.topic is not None
        return say("echo.measure", measure=candidate.topic[0])
    measure, dimension, group = candidate.claim
    value = plain(subject.sample.codes(dimension)[1][group])
    way = "higher" if candidate.size > 0 else "lower"
    return say(f"echo.{way}", measure=measure, dimension=dimension, value=value)
