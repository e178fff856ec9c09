"""Single periods, and short runs of them, that stray far from the rest of a series."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.series.tail import tail_of

Floats = NDArray[np.float64]

LENGTHS = (1, 2, 3, 5, 7)
"""Periods of a run."""
ANOMALIES_MAX = 5
"""Of one series, the farthest first."""
PERIODS_MIN = 30
CHANCE_MAX = 0.01
"""p, corrected for every place and length in the series."""

_SUSPECT = 4.0
"""Robust deviations from which on a place is tested; the others cannot pass."""
_RUN_MIN = 2.5
"""Robust deviations of single periods that the mean of a run must stray: less is a mood."""
_SUSPECTS_MAX = 6
_NORMAL_MAD = 1.4826
_EDGE_MIN = 1.5
"""Robust deviations of the first and last period of a run; it is shortened otherwise."""
_SHARED_MIN = 0.5
"""More than this share of a run's periods stray as far."""


@dataclasses.dataclass(frozen=True, slots=True)
class Anomaly:
    """Periods `start` .. `start + length - 1`, which stray together."""

    start: int
    length: int
    distance: float
    """Signed, their mean in robust deviations of single periods."""
    p_value: float
    """Corrected for the places and lengths that were looked at."""


def anomalies_of(rest: Floats, rows: float | Floats = 1.0) -> list[Anomaly]:
    """Find where a series strays, farthest first.

    `rest` is what level and season leave of each period (NaN where there is none), of alike noise
    everywhere. Means over runs of each length are compared with all other means over as many
    periods, so memory from one period to the next widens what counts as ordinary. `rows` are those
    that each period, or every one, is made of.
    """
    known = rest[~np.isnan(rest)]
    unit = _NORMAL_MAD * float(np.median(np.abs(known))) if len(known) >= PERIODS_MIN else 0.0
    if unit <= 0:
        return []
    made = np.broadcast_to(np.asarray(rows, dtype=np.float64), rest.shape)
    suspects = [each for length in LENGTHS for each in _suspects(rest, length, unit, made)]
    found: list[Anomaly] = []
    # Of a spike and the runs that hold it, that which holds the most of it and the least else.
    for each in sorted(suspects, key=lambda one: -abs(one.distance) * one.length**0.5):
        apart = all(_is_apart(each, other) for other in found)
        if apart and len(found) < ANOMALIES_MAX:
            found.append(_shortened(rest, each, unit))
    return found


def _suspects(rest: Floats, length: int, unit: float, rows: Floats) -> list[Anomaly]:
    if len(rest) < length + PERIODS_MIN:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(rest, length)
    # An absent period counts as an ordinary one, as long as most of the run is there.
    means = np.nan_to_num(windows).mean(axis=1)
    places = np.flatnonzero(2 * (~np.isnan(windows)).sum(axis=1) > length)
    known = np.abs(means[places])
    if len(known) < PERIODS_MIN:
        return []
    spread = _NORMAL_MAD * float(np.median(known))
    # Half of the chance is for single periods, the other half for all lengths of runs.
    looks = 2 * len(known) * (1 if length == 1 else len(LENGTHS) - 1)
    far = np.flatnonzero(known > max(_SUSPECT * spread, _RUN_MIN * unit))
    found = []
    for each in far[np.argsort(-known[far], kind="stable")][:_SUSPECTS_MAX]:
        place = int(places[each])
        if not _is_shared(windows[place], float(means[place]), unit):
            continue
        made = rows[place : place + length].max()
        others = known[np.abs(places - places[each]) >= length]
        p_value = min(1.0, looks * tail_of(others, float(known[each]), float(made)))
        if p_value <= CHANCE_MAX:
            found.append(Anomaly(place, length, float(means[place]) / unit, p_value))
    return found


def _is_shared(run: Floats, mean: float, unit: float) -> bool:
    """Tell whether most periods of a run stray to its side, rather than one of them for all."""
    return bool(np.mean(np.sign(mean) * run >= _EDGE_MIN * unit) > _SHARED_MIN)


def _is_apart(one: Anomaly, other: Anomaly) -> bool:
    return one.start > other.start + other.length or other.start > one.start + one.length


def _shortened(rest: Floats, found: Anomaly, unit: float) -> Anomaly:
    """Drop ordinary periods from both ends."""
    sign = np.sign(found.distance)
    part = sign * rest[found.start : found.start + found.length]
    far = np.flatnonzero(part >= _EDGE_MIN * unit)
    if not len(far):
        return found
    low, high = int(far[0]), int(far[-1]) + 1
    distance = float(sign * part[low:high].mean()) / unit
    return Anomaly(found.start + low, high - low, distance, found.p_value)
