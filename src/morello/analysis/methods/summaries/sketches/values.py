"""Which values there are: how many different ones, the frequent ones, and a fair sample."""

import dataclasses
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from morello.analysis.methods.summaries.sketches.distinct import Distinct
from morello.analysis.methods.summaries.sketches.frequent import Frequent, Pick, Picked
from morello.analysis.methods.summaries.sketches.hashes import Hashes
from morello.analysis.methods.summaries.sketches.sample import Sample

_PROBE_ROWS = 1024
_MOSTLY_DIFFERENT = 0.95


@dataclasses.dataclass(slots=True)
class Values:
    """Three sketches over the same hashes; the sample is for texts only."""

    frequent: Frequent
    distinct: Distinct = dataclasses.field(default_factory=Distinct)
    sample: Sample | None = None

    def update(self, hashes: Hashes, counts: npt.NDArray[np.int64], pick: Pick) -> None:
        """Add values by their hashes, with how often each is there."""
        order = np.argsort(hashes)
        hashes, counts = hashes[order], counts[order]
        if len(hashes) > 1 and not np.all(first := hashes[1:] != hashes[:-1]):
            starts = np.flatnonzero(np.concatenate([[True], first]))
            hashes, order = hashes[starts], order[starts]
            counts = np.add.reduceat(counts, starts)

        def pick_ordered(at: npt.NDArray[np.intp]) -> Picked:
            return pick(order[at])

        self.distinct.update(hashes)
        self.frequent.update(hashes, counts, pick_ordered)
        if self.sample is not None:
            self.sample.update(hashes, counts, pick_ordered)

    def update_rows(self, hashes: Hashes, pick: Pick) -> None:
        """Add values row by row, most of which are different."""
        self.distinct.update(hashes)
        self.frequent.update_rows(hashes, pick)
        if self.sample is not None:
            self.sample.update_rows(hashes, pick)

    def merge(self, other: Self) -> None:
        """Add the other's values to these."""
        self.distinct.merge(other.distinct)
        self.frequent.merge(other.frequent)
        if self.sample is not None and other.sample is not None:
            self.sample.merge(other.sample)

    @property
    def are_all_counted(self) -> bool:
        """Whether every value there was is among the frequent ones, with its exact count."""
        return self.frequent.error == 0

    @property
    def count(self) -> int:
        """How many different values there are; see `error`."""
        return len(self.frequent.keys) if self.are_all_counted else self.distinct.estimate

    @property
    def error(self) -> float:
        """Relative standard error of `count`; 0 is exact."""
        return 0.0 if self.are_all_counted else self.distinct.error


def probe(rows: int) -> slice:
    """Return which of so many rows to look at, spread evenly, before choosing how to count."""
    return slice(None, None, max(1, rows // _PROBE_ROWS))


def are_mostly_different(different: int, looked_at: int) -> bool:
    """Tell from a probe whether counting by a dictionary would hold most rows."""
    return different > looked_at * _MOSTLY_DIFFERENT


def picked(values: npt.NDArray[Any]) -> Pick:
    """Give values of an array by position."""
    return lambda at: values[at]
