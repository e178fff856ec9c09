"""Drift: how far rows differ from those a model was trained on, column by column.

The population stability index over ten bins, by convention large from 0.25 and noticeable from
0.1; what chance alone gives at these row counts is allowed on top (Yurdakul 2018).
"""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

BINS_MAX = 10
SHIFT_MIN = 0.2
_CHANCE_TIMES = 3.0
_HALF = 0.5

Values = NDArray[np.float32]
Counts = NDArray[np.int64]


class Reference(BaseModel):
    """How a column's values lay at training: counts between edges, then of what is absent."""

    model_config = ConfigDict(frozen=True)

    edges: tuple[float, ...]
    counts: tuple[int, ...]


def reference_of(values: Values) -> Reference:
    """Describe a column's values; NaN is absent."""
    present = values[~np.isnan(values)]
    inner = np.arange(1, BINS_MAX) / BINS_MAX
    cuts = np.unique(np.quantile(present, inner)) if len(present) else present
    edges = tuple(float(each) for each in cuts)
    return Reference(edges=edges, counts=tuple(counts_of(values, edges).tolist()))


def counts_of(values: Values, edges: tuple[float, ...]) -> Counts:
    """Count values up to each edge, above the last, and absent: `len(edges) + 2` counts."""
    bins = np.searchsorted(np.asarray(edges), values, side="left")
    bins[np.isnan(values)] = len(edges) + 1
    return np.bincount(bins, minlength=len(edges) + 2)


def shift(before: Counts, now: Counts) -> float:
    """Return the population stability index; half a row is added to each bin."""
    bins = len(before)
    old = (before + _HALF) / (before.sum() + _HALF * bins)
    new = (now + _HALF) / (now.sum() + _HALF * bins)
    return float(((new - old) * np.log(new / old)).sum())


def is_shifted(before: Counts, now: Counts) -> bool:
    """Tell whether columns differ by more than is harmless and than chance gives."""
    used = int(((before + now) > 0).sum())
    if not before.sum() or not now.sum():
        return False
    chance = (used - 1) * (1 / before.sum() + 1 / now.sum())
    return shift(before, now) > float(SHIFT_MIN + _CHANCE_TIMES * chance)
