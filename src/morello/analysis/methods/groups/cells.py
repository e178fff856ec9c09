"""Rows and sums of several numbers over the values of two columns at once."""

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]
Tables = NDArray[Any]
"""Numbers by first code by second code: three axes."""


@dataclasses.dataclass(frozen=True, slots=True)
class Cells:
    """How many rows a pair of values has, and the sum of each number over them."""

    rows: Tables
    sums: Tables


@dataclasses.dataclass(frozen=True, slots=True)
class Numbers:
    """Several numbers of the same rows, without gaps: a gap is 0 and not known."""

    values: list[Floats]
    known: list[Floats | None]
    """1 where a value is known; None where all are."""
    spreads: Floats
    """The standard deviation of each."""


def numbers_of(values: list[Floats]) -> Numbers:
    """Prepare numbers (NaN where absent) for being added up."""
    absent = [np.isnan(each) for each in values]
    return Numbers(
        [np.where(gap, 0.0, each) for each, gap in zip(values, absent, strict=True)],
        [(~gap).astype(np.float64) if gap.any() else None for gap in absent],
        np.array([float(np.nanstd(each)) if not gap.all() else 0.0
                  for each, gap in zip(values, absent, strict=True)]),
    )  # fmt: skip


def cells_of(first: Codes, second: Codes, sizes: tuple[int, int], numbers: Numbers) -> Cells:
    """Add up over two columns of codes; rows where one is absent (negative) are left out."""
    place = np.where((first >= 0) & (second >= 0), first * sizes[1] + second, sizes[0] * sizes[1])
    count = sizes[0] * sizes[1] + 1

    def table(weights: Floats | None) -> Tables:
        return np.bincount(place, weights, count)[:-1].reshape(sizes).astype(np.float64)

    whole = table(None)
    return Cells(
        np.stack([whole if known is None else table(known) for known in numbers.known]),
        np.stack([table(each) for each in numbers.values]),
    )
