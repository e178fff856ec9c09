"""Isolation forest: how soon random cuts set a row apart (Liu, Ting and Zhou, 2008)."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TREES = 100
_SEED = 0


def isolation(table: Floats) -> Floats:
    """Return a score for each row of `table` (rows by columns, finite), higher is odder.

    Columns are standardized first, so that single precision holds them.
    """
    from sklearn.ensemble import IsolationForest  # noqa: PLC0415 - a second to import

    spread = table.std(axis=0)
    small = ((table - table.mean(axis=0)) / np.where(spread > 0, spread, 1)).astype(np.float32)
    forest = IsolationForest(n_estimators=TREES, random_state=_SEED, n_jobs=1).fit(small)
    return np.asarray(-forest.score_samples(small), dtype=np.float64)
