"""What is told of the columns together: correlations, coordinates, and what is approximate."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from morello.analysis.methods.profile import ColumnProfile, Correlation, Places
from morello.analysis.methods.summaries.sketches.products import Products
from morello.analysis.methods.summaries.sketches.rows import Rows
from morello.kernel.messages import Message

CORRELATIONS_MAX = 5000
_BLOCK_COLUMNS = 512
_SCREENED_MIN = 0.3
"""Of a sample only what is well beyond the chance of millions of pairs is told."""
_CHANCE = 6.0
"""Standard errors; of so many pairs, hardly one is further off."""
_CONFIDENCE_99 = 2.5758
_SAMPLE_ROWS_MIN = 30
_TINY = 5e-324


def correlations(
    names: Sequence[str], products: Products, sample: Rows | None
) -> tuple[list[Correlation], int]:
    """Return the strongest 5,000 pairs, the strongest first, and how many were looked at.

    `names` are those of all columns of numbers; beyond those in `products` the sample tells.
    """
    r, rows = products.correlations()
    first, second = np.triu_indices(len(r), k=1)
    known = np.isfinite(r[first, second])
    first, second = first[known], second[known]
    order = np.argsort(-np.abs(r[first, second]), kind="stable")[:CORRELATIONS_MAX]
    pairs = [
        Correlation(first=names[i], second=names[j], r=float(r[i, j]), rows=int(rows[i, j]))
        for i, j in zip(first[order], second[order], strict=True)
    ]
    if sample is None or not len(sample.values):
        return pairs, len(first)
    pairs += _screened(names, len(r), sample)
    pairs.sort(key=lambda pair: -abs(pair.r))
    return pairs[:CORRELATIONS_MAX], len(first)


def _screened(names: Sequence[str], exact: int, sample: Rows) -> list[Correlation]:
    """Return pairs of which one is beyond the first `exact` columns, as the sample has them.

    Pairs are looked for with means in place of what is missing, and told without.
    """
    values = np.where(np.isfinite(sample.values), sample.values, np.nan).T
    directions = _directions(values)
    least = max(_SCREENED_MIN, _CHANCE / math.sqrt(values.shape[1]))
    found: list[tuple[float, int, int]] = []
    for start in range(exact, len(values), _BLOCK_COLUMNS):
        for other in range(0, min(start + _BLOCK_COLUMNS, len(values)), _BLOCK_COLUMNS):
            left = directions[other : other + _BLOCK_COLUMNS]
            strength = np.abs(left @ directions[start : start + _BLOCK_COLUMNS].T)
            if other + _BLOCK_COLUMNS > start:  # each pair once, and none with itself
                strength = np.triu(strength, k=1 + other - start)
            first, second = np.nonzero(strength >= least)
            order = np.argsort(-strength[first, second], kind="stable")[:CORRELATIONS_MAX]
            first, second = first[order], second[order]
            strong = strength[first, second].tolist()
            found += zip(strong, (first + other).tolist(), (second + start).tolist(), strict=True)
        found = sorted(found, reverse=True)[:CORRELATIONS_MAX]
    return [pair for _, i, j in found if (pair := _of_sample(names, values, i, j))]


def _directions(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return each column's distances from its mean, of length one; zero where it has no spread."""
    with np.errstate(all="ignore"):
        counts = np.maximum(np.isfinite(values).sum(axis=1, keepdims=True), 1)
        away: npt.NDArray[np.float64] = np.nan_to_num(
            values - np.nansum(values / counts, axis=1, keepdims=True)
        )
        away /= np.maximum(np.abs(away).max(axis=1, keepdims=True), _TINY)
        lengths = np.sqrt(np.square(away).sum(axis=1, keepdims=True))
    away /= np.where(lengths > 0, lengths, 1.0)
    return away


def _of_sample(
    names: Sequence[str], values: npt.NDArray[np.float64], first: int, second: int
) -> Correlation | None:
    both = values[[first, second]]
    both = both[:, np.isfinite(both).all(axis=0)]
    if both.shape[1] <= _SAMPLE_ROWS_MIN:
        return None
    left, right = _directions(both)
    r = float(np.clip(left @ right, -1.0, 1.0))
    error = _CONFIDENCE_99 * (1 - r**2) / math.sqrt(both.shape[1])
    return Correlation(
        first=names[first], second=names[second], r=r, rows=both.shape[1], error=error
    )


def mark_places(columns: Sequence[ColumnProfile], places: Sequence[Places]) -> None:
    """Say of the columns that are places what they are."""
    named = {name for each in places for name in (each.latitude, each.longitude)}
    for column in columns:
        if column.name in named and column.kind == "number":
            column.kind = "geographic"


def notes(
    columns: Sequence[ColumnProfile], *, correlated: int, pairs: int, sampled_rows: int = 0
) -> list[Message]:
    """Say what is approximate or left out, and by how much."""
    quantiles = [column for column in columns if column.quantile_rank_error]
    distinct = [column for column in columns if column.distinct_error]
    frequent = [column for column in columns if column.top_error]
    sampled = [column for column in columns if 0 < column.pattern_rows < column.rows - column.nulls]
    outside = [column for column in columns if column.outliers and column.outliers.error]
    decimals = [column for column in columns if column.type.startswith("decimal")]
    numbers = sum(1 for column in columns if column.kind in {"number", "geographic"})
    found = [
        _note(
            "quantiles", quantiles, error=max((c.quantile_rank_error for c in quantiles), default=0)
        ),
        _note("distinct", distinct, error=max((c.distinct_error for c in distinct), default=0)),
        _note("top", frequent, error=max((c.top_error for c in frequent), default=0)),
        _note("patterns", sampled),
        _note("outliers", outside, error=max((c.quantile_rank_error for c in outside), default=0)),
        _note("decimals", decimals),
    ]
    if numbers > correlated:
        screened = {
            "rows": sampled_rows,
            "least": round(max(_SCREENED_MIN, _CHANCE / math.sqrt(max(sampled_rows, 1))), 2),
        }
        found.append(_message("screened", used=correlated, numbers=numbers, **screened))
    if pairs > CORRELATIONS_MAX:
        found.append(_message("correlations", shown=CORRELATIONS_MAX, pairs=pairs))
    return [note for note in found if note is not None]


def _note(case: str, columns: Sequence[ColumnProfile], **parameters: float) -> Message | None:
    return _message(case, columns=len(columns), **parameters) if columns else None


def _message(case: str, **parameters: float) -> Message:
    return Message(id=f"profile.note.{case}", parameters=parameters)
