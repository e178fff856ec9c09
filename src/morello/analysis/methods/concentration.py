"""Concentration: whether a few of many make most of a total."""

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.significance.distributions import t_tail

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]

ENTITIES_MIN = 10
TOP_SHARE = 0.2
ROWS_MAX = 20_000
"""Rows dealt at random to see what chance gives; of more rows a part is enough."""
_ROUNDS = 30


@dataclasses.dataclass(frozen=True, slots=True)
class Concentration:
    """How much the top fifth makes."""

    share: float
    """Of the total, made by the top 20 % of entities."""
    chance: float
    """What that share would be were rows dealt to entities evenly."""
    top: int
    """How many entities the top 20 % are."""
    p_value: float


def concentration(codes: Codes, groups: int, values: Floats | None = None) -> Concentration | None:
    """Measure how much of the rows, or of the total of `values` (≥ 0), the top fifth has.

    Compared with rows dealt evenly and at random, `_ROUNDS` times; p by Student's t. None
    when there are fewer than 10 entities or a value is negative.
    """
    known = codes >= 0 if values is None else (codes >= 0) & ~np.isnan(values)
    codes = codes[known]
    weights = np.ones(len(codes)) if values is None else values[known]
    if groups < ENTITIES_MIN or not len(codes) or weights.min() < 0 or weights.sum() <= 0:
        return None
    top = max(1, round(groups * TOP_SHARE))
    share = _top(np.bincount(codes, weights, groups), top)
    generator = np.random.default_rng(0)
    if len(weights) > max(ROWS_MAX, 10 * groups):
        weights = generator.choice(weights, max(ROWS_MAX, 10 * groups))
    dealt = np.array(
        [
            _top(np.bincount(generator.integers(0, groups, len(weights)), weights, groups), top)
            for _ in range(_ROUNDS)
        ]
    )
    # A few rounds know their own spread only so well: Student's t for one more round.
    spread = max(float(dealt.std(ddof=1)), 1e-9) * (1 + 1 / _ROUNDS) ** 0.5
    above = (share - float(dealt.mean())) / spread
    p_value = t_tail(above, _ROUNDS - 1) / 2 if above > 0 else 1.0
    return Concentration(share, float(dealt.mean()), top, p_value)


def _top(totals: NDArray[Any], top: int) -> float:
    return float(np.partition(totals, len(totals) - top)[-top:].sum() / totals.sum())
