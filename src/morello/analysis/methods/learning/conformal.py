"""Split conformal prediction intervals: as wide as errors on rows that were held back."""

import math

import numpy as np
from numpy.typing import NDArray


def half_width(errors: NDArray[np.float64], level: float) -> float | None:
    """Return how far a prediction must reach to both sides to hold `level` of new rows.

    `errors` are those of rows that fitted and chose nothing; None where they are too few. Lei,
    G'Sell, Rinaldo, Tibshirani and Wasserman (2018), Distribution-free predictive inference for
    regression: it holds on average over rows, when new rows are like those held back.
    """
    rank = math.ceil((len(errors) + 1) * level)
    if rank > len(errors):
        return None
    return float(np.sort(np.abs(errors))[rank - 1])
