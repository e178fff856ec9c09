"""Scores of predictions, each with an interval from resampled rows.

Efron and Tibshirani (1993), An Introduction to the Bootstrap: percentile intervals; rows of one
group are drawn together.
"""

import dataclasses
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

ROUNDS = 200
LEVEL = 0.95
CALIBRATION_BINS = 10
_TINY = 1e-9
_BINARY = 2

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Classes = NDArray[np.int64]
Measure = Callable[[Places], dict[str, float]]


@dataclasses.dataclass(frozen=True, slots=True)
class Score:
    """A measure over all rows, and where it lies in 95 % of resamples."""

    value: float
    low: float
    high: float


def of_numbers(actual: Floats, predicted: Floats, plain: Floats, held: Floats) -> Measure:
    """Measure predictions of a number: mean absolute error, root mean squared error, skill.

    Skill is the share of squared error taken from the `plain` predictions; there `held` stands for
    `actual`, which is the same but for values so far out that they would decide alone.
    """
    errors = np.abs(actual - predicted)
    left, whole = (held - predicted) ** 2, (held - plain) ** 2

    def measure(rows: Places) -> dict[str, float]:
        return {
            "skill": _share_taken(left[rows], whole[rows]),
            "mae": float(errors[rows].mean()),
            "rmse": float(np.sqrt((errors[rows] ** 2).mean())),
        }

    return measure


def of_classes(actual: Classes, probabilities: Floats, plain: Floats) -> Measure:
    """Measure probabilities of classes (rows by classes).

    Skill is the share of log loss taken from the `plain` probabilities; accuracy, log loss, Brier
    score (1950), and for two classes the area under the ROC curve.
    """
    losses, whole = log_losses(actual, probabilities), log_losses(actual, plain)
    hits = (probabilities.argmax(axis=1) == actual).astype(np.float64)
    wrong = probabilities.copy()
    wrong[np.arange(len(actual)), actual] -= 1
    brier = (wrong**2).sum(axis=1) / (2 if probabilities.shape[1] == _BINARY else 1)

    def measure(rows: Places) -> dict[str, float]:
        found = {
            "skill": _share_taken(losses[rows], whole[rows]),
            "accuracy": float(hits[rows].mean()),
            "log_loss": float(losses[rows].mean()),
            "brier": float(brier[rows].mean()),
        }
        if probabilities.shape[1] == _BINARY:
            found["auc"] = area(actual[rows], probabilities[rows, 1])
        return found

    return measure


def _share_taken(left: Floats, whole: Floats) -> float:
    total = float(whole.sum())
    return 1 - float(left.sum()) / total if total > 0 else 0.0


def log_losses(actual: Classes, probabilities: Floats) -> Floats:
    """Return each row's log loss, in nats."""
    said = np.clip(probabilities[np.arange(len(actual)), actual], _TINY, 1.0)
    return np.asarray(-np.log(said), dtype=np.float64)


def area(actual: Classes, score: Floats) -> float:
    """Return the area under the ROC curve (Hanley and McNeil 1982); 0.5 for a single class."""
    ones = int(actual.sum())
    zeros = len(actual) - ones
    if not ones or not zeros:
        return 0.5
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    return float((ranks[inverse][actual == 1].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def calibration_error(actual: Classes, probabilities: Floats) -> float:
    """Return how far the stated chance of the likeliest class is from how often it came true.

    The mean over ten equally filled bins (Naeini, Cooper and Hauskrecht 2015, there equally wide).
    """
    stated = probabilities.max(axis=1)
    came = probabilities.argmax(axis=1) == actual
    order = np.argsort(stated, kind="stable")
    bins = np.array_split(order, min(CALIBRATION_BINS, len(order)))
    gaps = [abs(float(stated[each].mean() - came[each].mean())) * len(each) for each in bins]
    return sum(gaps) / len(order)


def scored(
    measure: Measure, rows: int, generator: np.random.Generator, groups: Places | None = None
) -> dict[str, Score]:
    """Return each score with its interval."""
    whole = measure(np.arange(rows))
    drawn = [measure(_resampled(rows, groups, generator)) for _ in range(ROUNDS)]
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    found = {}
    for name, value in whole.items():
        low, high = np.quantile([each[name] for each in drawn], tails)
        found[name] = Score(value, float(min(low, value)), float(max(high, value)))
    return found


def _resampled(rows: int, groups: Places | None, generator: np.random.Generator) -> Places:
    if groups is None:
        return generator.integers(0, rows, rows)
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=groups[order[0]] - 1))
    members = np.split(order, starts[1:])
    return np.concatenate(
        [members[each] for each in generator.integers(0, len(members), len(members))]
    )


def share_within(inside: NDArray[np.bool_]) -> Score:
    """Return a share with its 95 % interval (Wilson 1927)."""
    n, share, z = len(inside), float(inside.mean()), 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Score(share, float(middle - reach), float(middle + reach))
