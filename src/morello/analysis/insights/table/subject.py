"""The table under analysis, as every finder sees it."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from morello.analysis.insights.table import query
from morello.analysis.insights.table.roles import Roles
from morello.analysis.insights.table.sample import Sample
from morello.analysis.methods.profile import ColumnProfile, Profile


@dataclasses.dataclass(slots=True)
class Subject:
    """Rows in memory, the parts columns play, and a way to ask the whole table."""

    dataset: str
    profile: Profile
    roles: Roles
    sample: Sample
    ask: Callable[[str], pa.Table]
    bounds: dict[str, tuple[float, float]] = dataclasses.field(default_factory=dict)
    """Where outliers begin, for measures that have some: the other finders look within."""

    formulas: list[set[str]] = dataclasses.field(default_factory=list)
    """Columns that give each other away: a sum and its parts, a number in two units."""

    twins: set[str] = dataclasses.field(default_factory=set)
    """Measures that say nearly the same as an earlier one, which speaks for them."""

    @property
    def source(self) -> str:
        """The table, quoted for a query."""
        return query.name(self.dataset)

    def number(self, column: ColumnProfile) -> str:
        """Write a measure for a query, without its outliers."""
        return query.number(column.name, column.type, self.bounds.get(column.name))

    def set_bounds(self, column: str, low: float, high: float) -> None:
        """Leave values outside of these bounds to the finding that tells of them."""
        self.bounds[column] = (low, high)
        self.sample.keep_within(column, low, high)

    def numbers(self, column: ColumnProfile) -> NDArray[np.float64]:
        """Return a measure's values, NaN where absent or outlying."""
        return self.sample.numbers(column.name)
