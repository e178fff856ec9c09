"""Curves: what one column tells of another beyond the straight line through them.

Both columns are taken to normal scores, where every Gaussian copula, however its columns are
bent, is a straight line; so a lognormal price is no curve of its own. The rows are cut into
equally full parts along x, and an F test asks whether the parts' averages leave the line
(lack of fit: Fisher, 1922). It has more power than Chatterjee's xi against such curves, and its p
needs no permutations.
"""

import dataclasses
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.patterns.steps import Steps
from morello.analysis.methods.significance.distributions import f_tail

Floats = NDArray[np.float64]

PARTS = 12
ROWS_PER_PART_MIN = 10
_LEVEL = 0.25
"""A slope below this share of the other is level."""
_STEP = 0.75
"""A jump is told where it leaves less than this share of what the bend leaves unexplained."""
_EXPLAINED_MIN = 0.6

Shape = Literal[
    "rises_falls", "falls_rises", "rises_levels", "falls_levels",
    "level_rises", "level_falls", "jumps", "drops", "steeper", "flatter", "winds",
]  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Curve:
    """What x tells of y."""

    p_value: float
    """That the line is not all."""
    line: float
    """Share of y's variance that the line through the normal scores explains."""
    whole: float
    """Share that the averages of the parts explain, corrected for their number."""

    @property
    def gain(self) -> float:
        """What the curve explains beyond the line."""
        return max(0.0, self.whole - self.line)


def curve_of(
    x: Floats,
    y: Floats,
    parts: NDArray[np.int64],
    independent: float = 1.0,
    steps: Steps | None = None,
) -> Curve | None:
    """Test normal scores `y` over `x`, cut into `parts`; None where there is too little of them.

    `independent` is the share of the rows that count as independent of those before them; `steps`
    are those of y, along which a line looks bent.
    """
    counts = np.bincount(parts).astype(np.float64)
    some = counts > 0
    groups, rows = int(some.sum()), len(x)
    if groups < 4 or rows < PARTS * ROWS_PER_PART_MIN:  # noqa: PLR2004 - fewer are a line anyway
        return None
    counts = counts[some]
    middle = float(y.mean())
    places = np.bincount(parts, x)[some] / counts
    averages = np.bincount(parts, y)[some] / counts
    whole = float(((y - middle) ** 2).sum())
    along = places - x.mean()
    spread = float((counts * along * along).sum())
    if whole <= 0 or spread <= 0:
        return None
    between = float((counts * (averages - middle) ** 2).sum())
    # The line goes through the parts' averages, so that it lies within what they can explain.
    line = float((counts * averages * along).sum()) ** 2 / spread
    if steps is not None:
        rest = averages - steps.averages(places, counts, averages)
        line = max(line, between - float((counts * rest * rest).sum()))
    used = max(rows * independent, groups + 2)
    inner = max(whole - between, 1e-12 * whole) / (rows - groups)
    excess = max(between - line, 0.0) / (groups - 2) * used / rows
    p_value = f_tail(excess / inner, groups - 2, used - groups)
    noise = inner * (groups - 1)
    return Curve(p_value, line / whole, max(0.0, (between - noise) / whole))


def parts_of(x: Floats) -> NDArray[np.int64]:
    """Return each row's part, 0 upwards, equally full as far as ties allow; NaN goes last."""
    edges = np.unique(np.nanquantile(x, np.arange(1, PARTS) / PARTS))
    return np.searchsorted(edges, x, side="right").astype(np.int64)


@dataclasses.dataclass(frozen=True, slots=True)
class Bend:
    """A curve in simple words: its shape, and where it turns."""

    shape: Shape
    at: float
    """The x where it bends or jumps."""


def bend_of(x: Floats, y: Floats, weights: Floats) -> Bend:
    """Describe averages `y` at ascending places `x` by two straight pieces, or by a jump."""
    bends = [_fitted(x, y, weights, np.maximum(x - knot, 0)) for knot in x[1:-1]]
    steps = [
        _fitted(None, y, weights, (np.arange(len(x)) > place).astype(np.float64))
        for place in range(len(x) - 1)
    ]
    bend = int(np.argmin([each[0] for each in bends]))
    step = int(np.argmin([each[0] for each in steps]))
    left, fitted = bends[bend]
    mean = np.average(y, weights=weights)
    total = float((weights * (y - mean) ** 2).sum())
    if steps[step][0] < _STEP * left:
        left, rise = steps[step][0], float(steps[step][1][-1])
        if left <= (1 - _EXPLAINED_MIN) * total:
            return Bend("jumps" if rise > 0 else "drops", float((x[step] + x[step + 1]) / 2))
    at = float(x[1 + bend])
    if left > (1 - _EXPLAINED_MIN) * total:
        return Bend("winds", at)
    before = float(fitted[1])
    return Bend(_shape(before, before + float(fitted[2])), at)


def _fitted(x: Floats | None, y: Floats, weights: Floats, extra: Floats) -> tuple[float, Floats]:
    """Fit by weighted least squares; return what is left and the coefficients."""
    columns = [np.ones_like(y), extra] if x is None else [np.ones_like(y), x, extra]
    design = np.column_stack(columns)
    root = np.sqrt(weights)
    found = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
    rest = y - (design * found).sum(axis=1)
    return float((weights * rest * rest).sum()), np.asarray(found)


def _shape(before: float, after: float) -> Shape:
    if abs(after) < _LEVEL * abs(before):
        return "rises_levels" if before > 0 else "falls_levels"
    if abs(before) < _LEVEL * abs(after):
        return "level_rises" if after > 0 else "level_falls"
    if before * after < 0:
        return "rises_falls" if before > 0 else "falls_rises"
    return "steeper" if abs(after) > abs(before) else "flatter"
