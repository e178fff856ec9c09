"""Seasons: phases (weekdays, months, hours) that stand out each time they come."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.series.dependence import inflation
from morello.analysis.methods.significance.distributions import correlation_tail, f_tail, t_tail

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RECUR_MIN = 4
"""A phase that comes less often is not compared by F."""
_YEARS_MIN = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Season:
    """The phases that stand together above or below the others."""

    p_value: float
    phases: list[int]
    size: float
    """Mean of those phases minus mean of the others."""
    noise: float
    """Standard deviation within a phase."""
    means: dict[int, float] = dataclasses.field(default_factory=dict)
    """Plain mean of each phase."""


NONE = Season(1.0, [], 0.0, 0.0)


def recurring(values: Floats, phases: Ints, count: int) -> Season:
    """Test by F whether phases differ, the slow course of the series taken out first.

    `values` is one number a period, without gaps or with the periods left out that have none;
    `phases` its phase 0..count-1. Phases that come fewer than 4 times are left out.
    """
    calm = values - _slow(values, count)
    times = np.bincount(phases, minlength=count)
    present = [phase for phase in range(count) if times[phase] >= RECUR_MIN]
    if len(present) < 2:  # noqa: PLR2004 - nothing to compare
        return NONE
    kept = np.isin(phases, present)
    calm, plain, phases = calm[kept], values[kept], phases[kept]
    times = np.maximum(np.bincount(phases, minlength=count), 1)
    levels = np.bincount(phases, calm, count) / times
    fitted = levels[phases]
    inner = float(((calm - fitted) ** 2).sum())
    outer = float(((fitted - calm.mean()) ** 2).sum())
    # The moving mean has taken one in `count` degrees of freedom with it.
    degrees = (len(calm) - len(present)) * (count - 1) / count
    if inner <= 0 or degrees <= 0:
        return NONE
    # Phases recur every season: dependence from one to the next cancels in part; widening is safe.
    f = outer / (len(present) - 1) / (inner / degrees) / inflation(calm - fitted)
    means = np.bincount(phases, plain, count) / times
    high, size = _split({phase: float(levels[phase]) for phase in present})
    return Season(
        f_tail(f, len(present) - 1, degrees),
        high,
        size,
        (inner / degrees) ** 0.5,
        {phase: float(means[phase]) for phase in present},
    )


def standing_out(table: Floats) -> Season:
    """Find the neighbouring phases (noon to two) that stand out most from the others.

    `table` is (seasons, phases); the last phase and the first are neighbours. Each window of
    phases is compared with the rest within each season, and the differences tested by t; the p is
    corrected for the windows. Sees less than F where scattered phases differ, more where few do.
    """
    seasons, count = table.shape
    widths = range(1, count // 3 + 1)
    if seasons < RECUR_MIN or not widths:
        return NONE
    places = np.arange(count)
    windows = [(places - start) % count < width for width in widths for start in places]
    inside = np.array(windows, dtype=np.float64)
    shares = inside / inside.sum(axis=1, keepdims=True)
    shares -= (1 - inside) / (1 - inside).sum(axis=1, keepdims=True)
    gaps = table @ shares.T
    errors = gaps.std(axis=0, ddof=1) / seasons**0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.nan_to_num(gaps.mean(axis=0) / errors, posinf=0.0, neginf=0.0)
    best = int(np.argmax(np.abs(t)))
    widened = float(t[best]) / inflation(gaps[:, best]) ** 0.5
    means = table.mean(axis=0)
    return Season(
        min(1.0, t_tail(widened, seasons - 1) * len(windows)),
        np.flatnonzero(windows[best]).tolist(),
        float(gaps[:, best].mean()),
        float(table.std(axis=0).mean()),
        dict(enumerate(means.tolist())),
    )


def repeated(table: Floats) -> Season:
    """Test whether the profile of the first years is that of the last.

    `table` is (years, phases), two whole years or more. The p is that of the correlation between
    the halves, the line through all of them taken out; for so few years that F would trust
    whatever happened twice.
    """
    years, count = table.shape
    time = np.arange(table.size)
    line = np.polyval(np.polyfit(time, table.ravel(), 1), time) if years else time
    calm = table - line.reshape(table.shape)
    if years < _YEARS_MIN or not (calm.std(axis=1) > 0).all():
        return NONE
    early, late = calm[: years // 2].mean(axis=0), calm[years // 2 :].mean(axis=0)
    r = float(np.corrcoef(early, late)[0, 1])
    # Neighbouring phases resemble each other, so twelve of them say as much as fewer.
    rows = count / max(inflation(early), inflation(late)) ** 0.5
    profile = calm.mean(axis=0)
    high, size = _split(dict(enumerate(profile.tolist())))
    noise = float((calm - profile).std()) * (years / (years - 1)) ** 0.5
    plain = dict(enumerate(table.mean(axis=0).tolist()))
    return Season(correlation_tail(r, rows) if r > 0 else 1.0, high, size, noise, plain)


def _slow(values: Floats, width: int) -> Floats:
    """Return the centred moving mean over whole seasons; at the ends, that of what is there."""
    window = np.ones(width) if width % 2 else np.array([0.5, *np.ones(width - 1), 0.5])
    ones = np.convolve(np.ones(len(values)), window, "same")
    return np.asarray(np.convolve(values, window, "same") / ones)


def _split(means: dict[int, float]) -> tuple[list[int], float]:
    """Cut the phases in two that each vary least; return the smaller set and how far it stands."""
    order = sorted(means, key=lambda phase: means[phase])
    ranked = np.array([means[phase] for phase in order])
    cuts = np.arange(1, len(order))
    below = np.cumsum(ranked)[:-1] / cuts
    above = (ranked.sum() - np.cumsum(ranked)[:-1]) / (len(order) - cuts)
    best = int(np.argmax(cuts * (len(order) - cuts) * (above - below) ** 2)) + 1
    low, high = order[:best], order[best:]
    size = float(ranked[best:].mean() - ranked[:best].mean())
    return (sorted(high), size) if len(high) <= len(low) else (sorted(low), -size)
