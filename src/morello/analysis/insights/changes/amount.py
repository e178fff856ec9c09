"""What is explained: a sum, average, count or ratio, written so that a query adds it up exactly."""

import dataclasses
import math
from fractions import Fraction
from typing import Any, Literal

from morello.analysis.insights.table import query
from morello.kernel.values import Column

Aggregate = Literal["sum", "mean", "count", "ratio"]

_DIGITS = 15
"""Of a floating-point number, those that are certain; they are added as whole numbers."""
_FLOATS = ("float", "double", "halffloat")
NUMBERS = ("int", "uint", "decimal", "bool", *_FLOATS)


@dataclasses.dataclass(frozen=True, slots=True)
class Addend:
    """A column that is added up. Fractions are added as whole multiples of `10 ** -places`."""

    column: Column
    places: int = 0

    @property
    def is_float(self) -> bool:
        """Whether its sum would depend on the order, were it not scaled to whole numbers."""
        return self.column.type.startswith(_FLOATS)

    @property
    def number(self) -> str:
        """It as a DOUBLE, NULL where it is not finite."""
        return query.number(self.column.name, self.column.type)

    @property
    def total(self) -> str:
        """Its sum, exact and independent of the order of rows."""
        if self.is_float:
            return f"sum(CAST(round({self.number} * 1e{self.places}) AS BIGINT))"
        name = query.name(self.column.name)
        if self.column.type.startswith("bool"):
            name = f"CAST({name} AS INTEGER)"
        return f"sum({name})"

    def scaled_by(self, largest: float | None) -> "Addend":
        """Return it with as many places as the largest value leaves of its certain digits."""
        if not self.is_float or not largest:
            return self
        places = _DIGITS - 1 - math.floor(math.log10(largest))
        return dataclasses.replace(self, places=places)

    def read(self, total: Any) -> Fraction:
        """Return what `total` gave as a fraction."""
        return Fraction(total or 0) / Fraction(10) ** (self.places if self.is_float else 0)


@dataclasses.dataclass(frozen=True, slots=True)
class Amount:
    """An aggregate of a measure; a ratio divides the sums of two. A count may have no measure."""

    aggregate: Aggregate
    measure: Addend | None
    divisor: Addend | None = None

    @property
    def is_total(self) -> bool:
        """Whether groups add up to the whole as they are."""
        return self.aggregate in ("sum", "count")

    @property
    def addends(self) -> list[Addend]:
        """Columns that are added up."""
        return [each for each in (self.measure, self.divisor) if each is not None]

    def columns(self, when: dict[str, str]) -> dict[str, str]:
        """Write the columns of a query, for each side: its rows, value, weight and squares."""
        counted = "*" if self.measure is None else query.name(self.measure.column.name)
        value = weight = f"count({counted})"
        square = cross = weight_square = weight
        if self.measure is not None and self.aggregate != "count":
            x = self.measure.number
            value, weight = self.measure.total, f"count({x})"
            square, cross, weight_square = f"sum({x} * {x})", f"sum({x})", weight
            if self.divisor is not None:
                y = self.divisor.number
                weight = self.divisor.total
                cross, weight_square = f"sum({x} * {y})", f"sum({y} * {y})"
        parts = {
            "rows": "count(*)",
            "value": value,
            "weight": weight,
            "square": square,
            "cross": cross,
            "weight_square": weight_square,
        }
        return {
            f"{part}_{side}": f"{expression} FILTER (WHERE {condition})"
            for side, condition in when.items()
            for part, expression in parts.items()
        }

    def value(self, row: dict[str, Any], side: str) -> Fraction:
        """Read what is measured."""
        given = row[f"value_{side}"]
        if self.measure is None or self.aggregate == "count":
            return Fraction(given or 0)
        return self.measure.read(given)

    def weight(self, row: dict[str, Any], side: str) -> Fraction:
        """Read what it counts for."""
        given = row[f"weight_{side}"]
        return Fraction(given or 0) if self.divisor is None else self.divisor.read(given)
