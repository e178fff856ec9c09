"""Whether the last step of a series is beyond its usual ones."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.significance.distributions import normal_tail, t_tail

Floats = NDArray[np.float64]

STEPS_MIN = 8
"""Steps before the last one, which say what is usual."""
_RESTLESS = 1.5
"""Steps this much wider (as variances) than rows drawn at random would make them are restless."""


@dataclasses.dataclass(frozen=True, slots=True)
class Shift:
    """The last step, beyond the average one, and the two-sided p that it is a usual one."""

    size: float
    p_value: float


def shift_of(levels: Floats, variances: Floats) -> Shift | None:
    """Compare the last step of `levels` with those before; None where they are too few.

    `variances` are those that drawing rows at random gives each level. Steps that are wider than
    that are their own measure: Student's t by their number. Others are held to be no calmer than
    chance, by the normal distribution.
    """
    if len(levels) < STEPS_MIN + 2 or not np.isfinite(levels).all():
        return None
    spreads = np.sqrt(variances[1:] + variances[:-1])
    if not (spreads > 0).all():
        return None
    steps = np.diff(levels) / spreads
    usual, last = steps[:-1], float(steps[-1])
    drift, restless = float(usual.mean()), float(usual.var(ddof=1))
    count = len(usual)
    t = (last - drift) / (max(restless, 1.0) * (1 + 1 / count)) ** 0.5
    p_value = t_tail(t, count - 1) if restless > _RESTLESS else normal_tail(t)
    return Shift(float(levels[-1] - levels[-2]), p_value)
