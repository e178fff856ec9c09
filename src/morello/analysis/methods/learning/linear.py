"""Linear models: ridge regression, and logistic regression with the same penalty."""

import numpy as np
from numpy.typing import NDArray

PENALTY = 1e-2
"""Of squared weights, for each row; columns are standardized."""
_ITERATIONS_MAX = 300

Floats = NDArray[np.float64]


def ridge(design: Floats, target: Floats) -> tuple[Floats, float]:
    """Return weights and intercept of the least squares with a penalty (Hoerl, Kennard 1970)."""
    middle, mean = design.mean(axis=0), float(target.mean())
    x = design - middle
    square = x.T @ x + PENALTY * len(target) * np.eye(design.shape[1])
    weights = np.linalg.solve(square, x.T @ (target - mean))
    return weights, mean - float(middle @ weights)


def logistic(design: Floats, actual: NDArray[np.int64], classes: int) -> tuple[Floats, Floats]:
    """Return weights (columns by classes) and intercepts of a softmax with a penalty."""
    from scipy.optimize import minimize  # noqa: PLC0415 - heavy: only who trains pays

    rows, columns = design.shape
    hits = np.zeros((rows, classes))
    hits[np.arange(rows), actual] = 1

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(columns + 1, classes)
        said = softmax(design @ weights[:-1] + weights[-1])
        value = -float(np.log(np.clip((said * hits).sum(axis=1), 1e-300, None)).mean())
        value += PENALTY / 2 * float((weights[:-1] ** 2).sum())
        wrong = (said - hits) / rows
        slope = np.vstack([design.T @ wrong + PENALTY * weights[:-1], wrong.sum(axis=0)])
        return value, slope.ravel()

    start = np.zeros((columns + 1) * classes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS_MAX})
    weights = found.x.reshape(columns + 1, classes)
    return weights[:-1], weights[-1]


def softmax(scores: Floats) -> Floats:
    """Turn scores (rows by classes) into chances that add up to one."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)
