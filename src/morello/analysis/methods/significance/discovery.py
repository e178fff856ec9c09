"""Correcting for many tests: the false discovery rate (Benjamini and Hochberg, 1995)."""

import numpy as np
from numpy.typing import NDArray


def q_values(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each test's q: the least false discovery rate at which it would be found.

    Holds for independent tests and for those that depend positively (Benjamini and Yekutieli,
    2001); two-sided tests of correlated columns behave so in practice, which
    `benchmarks/insight_quality.py` measures.
    """
    count = len(p_values)
    if count == 0:
        return np.empty(0)
    order = np.argsort(p_values, kind="stable")
    scaled = p_values[order] * count / np.arange(1, count + 1)
    least = np.minimum.accumulate(scaled[::-1])[::-1]
    result = np.empty(count)
    result[order] = np.minimum(least, 1.0)
    return result
