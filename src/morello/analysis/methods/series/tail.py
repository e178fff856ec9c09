"""How far noise of one kind may reach: its tail, learnt from all but the farthest values."""

import math

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.significance.distributions import normal_tail, t_tail

Floats = NDArray[np.float64]

_NORMAL = math.inf
_DEGREES = (2.5, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 30.0, _NORMAL)
"""Of the t distributions that are tried."""
_DOUBT = 12.0
"""A t distribution of d degrees is worth 10 ** -(doubt / d) before anything is seen."""
_TRUST = 3.0
"""How much faster it falls for values made of ten times the rows."""
_TINY = 1e-300
_SCALES = np.geomspace(0.5, 2.0, 25)
_HELD_SHARE = 0.015
_HELD_MIN = 3
"""The farthest values, known to the fit only as lying at least as far as the farthest other."""
_VALUES_MIN = 16


def tail_of(distances: Floats, reach: float, rows: float = 1.0) -> float:
    """Return the probability that one more distance (all >= 0) is at least `reach`.

    The distances, to either side of where most values lie, are taken as half of a t
    distribution, censored on the right. Its degrees are not known, so the answer is the average
    over several, each weighing what its credit and its likelihood (at its best scale) are: where
    the tail may be heavy, far values are ordinary. The more `rows` each value is made of, the less
    credit have heavy tails. Without enough distances: 1.
    """
    ordered = np.sort(distances)
    held = max(_HELD_MIN, math.ceil(_HELD_SHARE * len(ordered)))
    kept = ordered[: len(ordered) - held]
    if len(kept) < _VALUES_MIN or kept[-1] <= 0:
        return 1.0
    unit = float(np.median(ordered)) / 0.6745 or float(kept[-1])
    fits, scales = zip(*(_fit(kept / unit, held, each) for each in _DEGREES), strict=True)
    doubt = _DOUBT * (1 + _TRUST * math.log10(max(rows, 1.0)))
    worth = 10 ** (-doubt / np.array(_DEGREES)) * np.exp(np.array(fits) - max(fits))
    beyond = [
        _beyond(reach / unit / scale, degrees)
        for scale, degrees in zip(scales, _DEGREES, strict=True)
    ]
    return float(worth @ beyond / worth.sum())


def _fit(kept: Floats, held: int, degrees: float) -> tuple[float, float]:
    """Return the log likelihood of a half t at its best scale, and that scale."""
    z = kept[None, :] / _SCALES[:, None]
    if degrees == _NORMAL:
        front, body = 0.5 * math.log(2 / math.pi), -z * z / 2
    else:
        front = math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)
        front += math.log(2) - 0.5 * math.log(degrees * math.pi)
        body = -(degrees + 1) / 2 * np.log1p(z * z / degrees)
    farther = np.array([_beyond(float(each), degrees) for each in z[:, -1]])
    fit = body.sum(axis=1) + len(kept) * (front - np.log(_SCALES))
    fit += held * np.log(farther + _TINY)
    place = int(np.argmax(fit))
    return float(fit[place]), float(_SCALES[place])


def _beyond(z: float, degrees: float) -> float:
    return normal_tail(z) if degrees == _NORMAL else t_tail(z, degrees)
