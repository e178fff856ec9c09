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


ALONE_BINS = 64
ALONE_BLOCKS = 10
_ALONE_ROWS_MIN = 40


def share_told(values: NDArray[np.float32], target: Floats, *, is_category: bool) -> float:
    """Return the share of a target's variance that one column tells by itself, in any shape.

    The mean of each of 64 ranges (or each value of a category, and where it is absent) is learned
    on every other tenth of the rows, so that what stands together is not learned by heart, and
    judged on the rest; `target` is rows by outputs. 0 where rows are few.
    """
    is_seen = np.arange(len(values)) * ALONE_BLOCKS // max(1, len(values)) % 2 == 0
    seen, rest = values[is_seen], values[~is_seen]
    told, left_to_tell = target[is_seen], target[~is_seen]
    if len(rest) < _ALONE_ROWS_MIN:
        return 0.0
    if is_category:
        bins = int(np.nanmax(values, initial=0)) + 1
        places = [np.where(np.isnan(each), bins, each).astype(np.int64) for each in (seen, rest)]
    else:
        present = seen[~np.isnan(seen)]
        inner = np.arange(1, ALONE_BINS) / ALONE_BINS
        edges = np.unique(np.quantile(present, inner)) if len(present) else present
        bins = len(edges) + 1
        places = [
            np.where(np.isnan(each), bins, np.searchsorted(edges, each)) for each in (seen, rest)
        ]
    counts = np.bincount(places[0], minlength=bins + 1)
    means = told.mean(axis=0)
    left = whole = 0.0
    for output in range(target.shape[1]):
        sums = np.bincount(places[0], told[:, output], bins + 1)
        said = np.where(counts > 0, sums / np.maximum(counts, 1), means[output])
        left += float(((left_to_tell[:, output] - said[places[1]]) ** 2).sum())
        whole += float(((left_to_tell[:, output] - means[output]) ** 2).sum())
    return min(1.0, max(0.0, 1 - left / whole)) if whole > 0 else 0.0
