"""Seasons: which weekdays stand out, and which months do so every year."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.series.dependence import inflation
from morello.analysis.methods.significance.distributions import correlation_tail, f_tail

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MONTHS = 12
_WEEKS_MIN = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Season:
    """The phases (weekdays, months) that stand together above or below the others."""

    p_value: float
    phases: list[int]
    size: float
    """Mean of those phases minus mean of the others."""
    noise: float
    """Standard deviation within a phase."""
    means: dict[int, float] = dataclasses.field(default_factory=dict)
    """Plain mean of each phase."""


def weekly(values: Floats, phases: Ints) -> Season:
    """Test by F whether weekdays differ, the slow course of the series taken out first.

    `values` is one number a day, `phases` its weekday 0..6; at least 6 weeks.
    """
    calm = values - _slow(values, 7)
    present = [phase for phase in range(7) if (phases == phase).sum() >= _WEEKS_MIN]
    if len(present) < 2:  # noqa: PLR2004 - nothing to compare
        return Season(1.0, [], 0.0, 0.0)
    kept = np.isin(phases, present)
    calm, phases = calm[kept], phases[kept]
    means = {phase: float(calm[phases == phase].mean()) for phase in present}
    fitted = np.array([means[int(phase)] for phase in phases])
    inner = float(((calm - fitted) ** 2).sum())
    outer = float(((fitted - calm.mean()) ** 2).sum())
    # The moving mean has taken one in seven degrees of freedom with it.
    degrees = (len(calm) - len(present)) * 6 / 7
    if inner <= 0 or degrees <= 0:
        return Season(1.0, [], 0.0, 0.0)
    # Phases recur every week: dependence from day to day cancels in part; widening by it is safe.
    f = outer / (len(present) - 1) / (inner / degrees) / inflation(calm - fitted)
    high, size = _split(means)
    plain = {phase: float(values[kept][phases == phase].mean()) for phase in present}
    p_value = f_tail(f, len(present) - 1, degrees)
    return Season(p_value, high, size, (inner / degrees) ** 0.5, plain)


def yearly(months: Floats) -> Season:
    """Test whether the months' profile of one year is that of the next.

    `months` is one number a month over at least two whole years, beginning with any month. The
    p is that of the correlation between years, the line through all of them taken out.
    """
    years = len(months) // _MONTHS
    table = months[: years * _MONTHS]
    time = np.arange(len(table))
    calm = (table - np.polyval(np.polyfit(time, table, 1), time)).reshape(years, _MONTHS)
    if years < 2 or not (calm.std(axis=1) > 0).all():  # noqa: PLR2004 - a season has to recur
        return Season(1.0, [], 0.0, 0.0)
    early, late = calm[: years // 2].mean(axis=0), calm[years // 2 :].mean(axis=0)
    r = float(np.corrcoef(early, late)[0, 1])
    # Neighbouring months resemble each other, so twelve of them say as much as fewer.
    rows = _MONTHS / max(inflation(early), inflation(late)) ** 0.5
    profile = calm.mean(axis=0)
    high, size = _split(dict(enumerate(profile.tolist())))
    noise = float((calm - profile).std()) * (years / (years - 1)) ** 0.5
    plain = dict(enumerate(table.reshape(years, _MONTHS).mean(axis=0).tolist()))
    return Season(correlation_tail(r, rows) if r > 0 else 1.0, high, size, noise, plain)


def _slow(values: Floats, width: int) -> Floats:
    """Return the centred moving mean; at the ends, that of what is there."""
    ones = np.convolve(np.ones(len(values)), np.ones(width), "same")
    return np.convolve(values, np.ones(width), "same") / ones


def _split(means: dict[int, float]) -> tuple[list[int], float]:
    """Cut the phases in two where the step is greatest; return the smaller set and its size."""
    order = sorted(means, key=lambda phase: means[phase])
    ranked = np.array([means[phase] for phase in order])
    best = int(np.argmax(np.diff(ranked))) + 1
    low, high = order[:best], order[best:]
    size = float(ranked[best:].mean() - ranked[:best].mean())
    return (sorted(high), size) if len(high) <= len(low) else (sorted(low), -size)
