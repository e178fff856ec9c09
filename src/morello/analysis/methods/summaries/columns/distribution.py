"""How finite numbers are spread: moments, quantiles and both tails."""

import dataclasses
from typing import Self

import numpy as np
import numpy.typing as npt

from morello.analysis.methods.summaries.sketches.moments import Moments
from morello.analysis.methods.summaries.sketches.quantiles import Quantiles
from morello.analysis.methods.summaries.sketches.tails import Tails


@dataclasses.dataclass(slots=True)
class Distribution:
    """The sketches of one column's numbers."""

    moments: Moments = dataclasses.field(default_factory=Moments)
    quantiles: Quantiles = dataclasses.field(default_factory=Quantiles)
    tails: Tails = dataclasses.field(default_factory=Tails)

    def update(self, values: npt.NDArray[np.float64], least: float, greatest: float) -> None:
        """Add finite values, of which the least and the greatest are known."""
        self.moments.merge(Moments.of(values, least, greatest))
        self.quantiles.update(values)
        self.tails.update(values)

    def merge(self, other: Self) -> None:
        """Add the other's values to these."""
        self.moments.merge(other.moments)
        self.quantiles.merge(other.quantiles)
        self.tails.merge(other.tails)
