"""A quick look at how well a target can be predicted: ridge regression on rows not seen."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]

ROWS_MAX = 6_000
GROUPS_MAX = 20
"""Values of a category that get a column of their own, the most frequent."""
_FIT_SHARE = 0.6
_PENALTY = 1e-3


def share_explained(features: Floats, target: Floats) -> float:
    """Fit on the first 60 % of the rows; return the share of variance explained in the rest.

    `features` are rows by columns without gaps, `target` rows by outputs (a class has one column
    for each value). 0 when it does worse than the mean.
    """
    rows = len(target)
    cut = int(rows * _FIT_SHARE)
    if cut < 2 * (features.shape[1] + 1):
        return 0.0
    middle, spread = features[:cut].mean(axis=0), features[:cut].std(axis=0)
    used = spread > 0
    x = np.clip((features[:, used] - middle[used]) / spread[used], -5, 5)
    mean = target[:cut].mean(axis=0)
    seen, y = x[:cut], target[:cut] - mean
    square = seen.T @ seen + _PENALTY * cut * np.eye(seen.shape[1])
    weights = np.linalg.solve(square, seen.T @ y)
    rest = target[cut:] - mean
    whole = float((rest**2).sum())
    left = float(((rest - x[cut:] @ weights) ** 2).sum())
    return min(1.0, max(0.0, 1 - left / whole)) if whole > 0 else 0.0


def of_numbers(values: Floats) -> Floats:
    """Make columns of a number: its value, its mean where absent, and whether it is."""
    absent = np.isnan(values)
    if absent.all():
        return np.zeros((len(values), 1))
    filled = np.where(absent, values[~absent].mean(), values)
    return np.column_stack([filled, absent]) if absent.any() else filled[:, None]


def of_codes(codes: Codes, groups: int) -> Floats:
    """Make columns of a category: one for each of its most frequent values."""
    shown = np.arange(min(groups, GROUPS_MAX))
    return np.asarray(codes[:, None] == shown[None, :], dtype=np.float64)


def forecast_skill(values: Floats, season: int) -> float:
    """Forecast the last fifth by level and season; return what it explains beyond the mean.

    The level is that of the last four seasons before, the season's shape that of all before.
    """
    cut = int(len(values) * 0.8)
    if cut < 3 * season:
        return 0.0
    seen, rest = values[:cut], values[cut:]
    phases = np.arange(len(values)) % season
    shape = np.array([seen[phases[:cut] == each].mean() for each in range(season)])
    level = seen[-4 * season :].mean() - seen.mean()
    guess = shape[phases[cut:]] + level
    whole = float(((rest - seen.mean()) ** 2).sum())
    return max(0.0, 1 - float(((rest - guess) ** 2).sum()) / whole) if whole > 0 else 0.0
