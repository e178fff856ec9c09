"""How unevenly a change lies over groups, chance taken out: which dimension says most of it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64] | NDArray[Any]


def unevenness(
    contributions: Floats, base: Floats, variances: Floats
) -> tuple[float, NDArray[np.float64]]:
    """Return the spread of what groups contribute beside their fair part, and each group's part.

    `base` is what each group had of the whole before (summing to 1): were the change the same
    everywhere, it would contribute as much of it. `variances` are those of the contributions were
    rows drawn at random. The spread is in the unit of the change, 0 when chance alone makes it.
    """
    beside = np.asarray(contributions - base * contributions.sum(), dtype=np.float64)
    spread = float((beside**2).sum() - (variances * (1 - np.clip(base, 0, 1)) ** 2).sum())
    return max(0.0, spread) ** 0.5, beside
