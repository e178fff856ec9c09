"""How much a series repeats itself from one period to the next."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LAG_SHARE_MAX = 0.95


def autocorrelation(residuals: Floats) -> float:
    """Return the lag-1 autocorrelation, corrected for its bias (Marriott and Pope, 1954).

    Between 0 and 0.95: negative dependence is not used to sharpen a test.
    """
    centred = residuals - residuals.mean()
    spread = float((centred * centred).sum())
    if len(residuals) < 4 or spread <= 0:  # noqa: PLR2004 - fewer pairs say nothing
        return 0.0
    rho = float((centred[1:] * centred[:-1]).sum()) / spread
    return min(max(rho + (1 + 3 * rho) / len(residuals), 0.0), _LAG_SHARE_MAX)


def inflation(residuals: Floats) -> float:
    """Return by how much dependence inflates the variance of a mean, as for AR(1).

    A series of n periods says as much as n / inflation independent ones. One standard error is
    added to the estimate: in short series it is too uncertain to be taken at its word.
    """
    doubt: float = 1 / max(len(residuals), 1) ** 0.5
    rho = min(autocorrelation(residuals) + doubt, _LAG_SHARE_MAX)
    return (1 + rho) / (1 - rho)
