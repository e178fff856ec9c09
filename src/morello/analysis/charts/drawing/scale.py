"""A scale: from values to pixels along one axis."""

import dataclasses
import datetime
import math
from collections.abc import Iterable
from typing import Self

from morello.analysis.charts.chart import Position
from morello.analysis.charts.chart import Scale as Kind

_LARGEST = 1e300
_SMALLEST = 1e-290
_FLAT = 1e-12
_DAY_S = 86400.0
_MONTH_LETTERS = 7
_YEAR_LETTERS = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Scale:
    """Maps `low` to the pixel `start` and `high` to `end`. `low < high`."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    @classmethod
    def over(
        cls,
        values: Iterable[float | None],
        kind: Kind,
        *,
        zero: bool = False,
        pad: float = 0.0,
        past_zero: bool = True,
    ) -> Self:
        """Span the values, on pixels 0 to 1.

        `zero` includes 0; `pad` widens by a share, and not `past_zero` where no value is.
        """
        logarithmic = kind == "log"
        known = [_clamp(each) for each in values if each is not None]
        if logarithmic:
            known = [each for each in known if each > _SMALLEST]
        if zero and not logarithmic:
            known.append(0.0)
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        if logarithmic:
            low, high = (low, high) if known else (1.0, 10.0)
            return cls(low / 1.5, high * 1.5, 0.0, 1.0, logarithmic=True)
        low, high = _apart(low, high, _DAY_S if kind == "time" else None)
        margin = (high / 2 - low / 2) * 2 * pad
        lower, upper = low - margin, high + margin
        if not past_zero:
            lower = max(lower, 0.0) if low >= 0 else lower
            upper = min(upper, 0.0) if high <= 0 else upper
        return cls(lower, upper, 0.0, 1.0)

    def place(self, value: float | None) -> float | None:
        """Return the pixel of a value; None for a gap and for what a log axis cannot show."""
        if value is None or not math.isfinite(value):
            return None
        low, high = self.low, self.high
        if abs(value) > max(_LARGEST, abs(low), abs(high)):
            value = math.copysign(_LARGEST, value)
        if self.logarithmic:
            if value <= 0:
                return None
            value, low, high = math.log10(value), math.log10(low), math.log10(high)
        share = (value / 2 - low / 2) / (high / 2 - low / 2)
        return self.start + min(max(share, -1.0), 2.0) * (self.end - self.start)

    def at(self, value: float) -> float:
        """Return the pixel of a value that is on the scale."""
        place = self.place(value)
        return self.start if place is None else place

    def onto(self, start: float, end: float) -> "Scale":
        """Return the same scale on other pixels."""
        return dataclasses.replace(self, start=start, end=end)

    def between(self, low: float, high: float) -> "Scale":
        """Return the scale widened to include these values."""
        return dataclasses.replace(self, low=min(self.low, low), high=max(self.high, high))


def _clamp(value: float) -> float:
    return min(max(value, -_LARGEST), _LARGEST)


def _apart(low: float, high: float, room: float | None) -> tuple[float, float]:
    """Give a single value some room on both sides."""
    largest = max(abs(low), abs(high))
    if high - low > max(largest * _FLAT, _SMALLEST):
        return low, high
    if room is None:
        room = largest / 2 if largest > _SMALLEST else 0.5
    return low - room, high + room


def number_of(position: Position, kind: Kind) -> float | None:
    """Read a position as a number; times become seconds since 1970 UTC. None when it is neither."""
    if kind == "time":
        return _seconds(position)
    try:
        value = float(position)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _seconds(position: Position) -> float | None:
    if isinstance(position, float | int):
        return float(position)
    text = position.strip()
    if len(text) == _YEAR_LETTERS:
        text += "-01-01"
    elif len(text) == _MONTH_LETTERS:
        text += "-01"
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.timestamp()
